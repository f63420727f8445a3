using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>
/// The functions of librdkafka (rdkafka.h, the same in all of version 1 and 2) that read in batches. Confluent's wrapper has only the one that
/// gets a single record, takes locks for each, and makes four objects of it: a quarter of a reader's time.
/// </summary>
internal static unsafe class RdKafka
{
    /// <summary>How long the library may hold a thread where nothing comes; it wakes it up for what comes.</summary>
    public const int PollMilliseconds = 200;

    // The functions have to be those of the very library that the wrapper has loaded: it is shipped in several builds.
    private static readonly Lazy<nint> s_library = new(Find);
    private static readonly Lazy<Functions> s_functions = new(() => new Functions(s_library.Value));

    /// <summary>The functions.</summary>
    public static Functions Calls => s_functions.Value;

    /// <summary>The library's own handle of a client, which must be released again.</summary>
    public static SafeHandle HandleOf(Handle client) => (SafeHandle)Inner(client);

    private static nint Find()
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (module.ModuleName.Contains("rdkafka", StringComparison.Ordinal))
                return NativeLibrary.Load(module.FileName);
        }

        throw new DllNotFoundException("Kafka's native library is not loaded.");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object Inner(Handle client);

    /// <summary>rd_kafka_message_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Record
    {
        public readonly int Error;
        public readonly nint Topic;
        public readonly int Partition;
        public readonly byte* Payload;
        public readonly nuint Length;
        public readonly byte* Key;
        public readonly nuint KeyLength;
        public readonly long Offset;
        private readonly nint _inner;
    }

    /// <summary>What is called.</summary>
    internal sealed class Functions(nint library)
    {
        public readonly delegate* unmanaged<nint, nint> QueueOf = (delegate* unmanaged<nint, nint>)
            NativeLibrary.GetExport(library, "rd_kafka_queue_get_consumer");

        public readonly delegate* unmanaged<nint, void> Release = (delegate* unmanaged<nint, void>)
            NativeLibrary.GetExport(library, "rd_kafka_queue_destroy");

        public readonly delegate* unmanaged<nint, int, Record**, nuint, nint> Take = (delegate* unmanaged<
            nint,
            int,
            Record**,
            nuint,
            nint>)
            NativeLibrary.GetExport(library, "rd_kafka_consume_batch_queue");

        public readonly delegate* unmanaged<Record*, void> Free = (delegate* unmanaged<Record*, void>)
            NativeLibrary.GetExport(library, "rd_kafka_message_destroy");

        public readonly delegate* unmanaged<Record*, int*, long> Time = (delegate* unmanaged<Record*, int*, long>)
            NativeLibrary.GetExport(library, "rd_kafka_message_timestamp");

        public readonly delegate* unmanaged<Record*, nint*, int> HeadersOf = (delegate* unmanaged<Record*, nint*, int>)
            NativeLibrary.GetExport(library, "rd_kafka_message_headers");

        public readonly delegate* unmanaged<nint, nuint, byte**, byte**, nuint*, int> HeaderAt = (delegate* unmanaged<
            nint,
            nuint,
            byte**,
            byte**,
            nuint*,
            int>)
            NativeLibrary.GetExport(library, "rd_kafka_header_get_all");

        public readonly delegate* unmanaged<nint, byte*> NameOf = (delegate* unmanaged<nint, byte*>)
            NativeLibrary.GetExport(library, "rd_kafka_topic_name");
    }
}

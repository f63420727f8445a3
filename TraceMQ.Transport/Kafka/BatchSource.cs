using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace TraceMQ.Transport.Kafka;

/// <summary>Gets as many records at once as there are, by the library's own functions.</summary>
internal sealed unsafe class BatchSource : IRecordSource
{
    private const int Most = 512;

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly RdKafka.Functions _calls;
    private readonly nint _queue;
    private readonly RdKafka.Record** _records;
    private readonly List<Header> _headers = [];
    private byte[] _topicBytes = [];
    private string _topic = "";

    /// <param name="consumer">A client without a group, which belongs to the source from now on.</param>
    public BatchSource(IConsumer<byte[]?, byte[]?> consumer)
    {
        _consumer = consumer;
        _calls = RdKafka.Calls;
        var handle = RdKafka.HandleOf(consumer.Handle);
        var isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _queue = _calls.QueueOf(handle.DangerousGetHandle());
        _records = (RdKafka.Record**)NativeMemory.Alloc(Most, (nuint)sizeof(RdKafka.Record*));
    }

    public bool Next(IConsumption consumption, CancellationToken cancellationToken)
    {
        // It waits until it has all that it may take: the first is waited for, the others are those that are there.
        var count = (int)_calls.Take(_queue, RdKafka.PollMilliseconds, _records, 1);
        if (count == 1)
            count += (int)_calls.Take(_queue, 0, _records + 1, Most - 1);
        var at = 0;
        try
        {
            while (at < count)
            {
                var goesOn = Hand(_records[at], consumption, cancellationToken);
                _calls.Free(_records[at++]);
                if (!goesOn)
                    return false;
            }
        }
        finally
        {
            while (at < count)
                _calls.Free(_records[at++]);
        }

        return true;
    }

    public void Dispose()
    {
        _calls.Release(_queue);
        NativeMemory.Free(_records);
        RdKafka.HandleOf(_consumer.Handle).DangerousRelease();
        _consumer.Dispose();
    }

    private bool Hand(RdKafka.Record* native, IConsumption consumption, CancellationToken cancellationToken)
    {
        var topic = TopicOf(native->Topic);
        if (native->Error == 0)
            return consumption.Take(RecordOf(native, topic), cancellationToken);
        var error = (ErrorCode)native->Error;
        return error == ErrorCode.Local_PartitionEOF
            ? consumption.Take(
                new KafkaRecord
                {
                    Topic = topic,
                    Partition = native->Partition,
                    Offset = native->Offset,
                    IsPartitionEnd = true,
                    Headers = [],
                },
                cancellationToken
            )
            : consumption.Fail(
                ErrorOf(native, error),
                new TopicPartitionOffset(topic, native->Partition, native->Offset)
            );
    }

    private KafkaRecord RecordOf(RdKafka.Record* native, string topic)
    {
        int kind;
        var time = _calls.Time(native, &kind);
        return new KafkaRecord
        {
            Topic = topic,
            Partition = native->Partition,
            Offset = native->Offset,
            Key = BytesOf(native->Key, native->KeyLength),
            Value = BytesOf(native->Payload, native->Length),
            Timestamp = new Timestamp(time, (TimestampType)kind),
            Headers = HeadersOf(native),
        };
    }

    private Header[] HeadersOf(RdKafka.Record* native)
    {
        nint headers;
        if (_calls.HeadersOf(native, &headers) != 0)
            return [];
        _headers.Clear();
        byte* name;
        byte* value;
        nuint length;
        while (_calls.HeaderAt(headers, (nuint)_headers.Count, &name, &value, &length) == 0)
            _headers.Add(
                KafkaDetails.HeaderOf(
                    Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)),
                    new ReadOnlySpan<byte>(value, value is null ? 0 : (int)length)
                )
            );
        return [.. _headers];
    }

    // One subscription has one topic, so that it is nearly always the one before.
    private string TopicOf(nint topic)
    {
        if (topic == 0)
            return "";
        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(_calls.NameOf(topic));
        if (!name.SequenceEqual(_topicBytes))
        {
            _topicBytes = name.ToArray();
            _topic = Encoding.UTF8.GetString(name);
        }

        return _topic;
    }

    private static byte[]? BytesOf(byte* bytes, nuint length) =>
        bytes is null ? null : new ReadOnlySpan<byte>(bytes, checked((int)length)).ToArray();

    // What went wrong stands where otherwise the value does.
    private static Error ErrorOf(RdKafka.Record* native, ErrorCode code) =>
        native->Payload is null
            ? new Error(code)
            : new Error(code, Encoding.UTF8.GetString(new ReadOnlySpan<byte>(native->Payload, (int)native->Length)));
}

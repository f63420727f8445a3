using System.Runtime.InteropServices;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>What is known of a kept message without looking at its bytes: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct MessageRecord
{
    /// <summary>Stands for a topic that is stored beside the payload, because the table of topics is full.</summary>
    public const int InlineTopic = -1;

    public long Ticks { get; init; }
    public uint IdDelta { get; init; }
    public int Offset { get; init; }
    public int PayloadLength { get; init; }
    public int MetaLength { get; init; }
    public int Topic { get; init; }
    public ushort Source { get; init; }
    public RecordFlags Flags { get; init; }

    public DateTimeOffset Time => new(Ticks, TimeSpan.Zero);

    public HistoryMark Mark =>
        Has(RecordFlags.CaughtUp) ? HistoryMark.CaughtUp
        : Has(RecordFlags.Finished) ? HistoryMark.Finished
        : Has(RecordFlags.Broken) ? HistoryMark.Broken
        : HistoryMark.None;

    public int RunLength => PayloadLength + MetaLength;

    public bool Has(RecordFlags flag) => (Flags & flag) != 0;
}

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace TraceMQ.Tui.Cli;

/// <summary>Lines of bytes, whatever their encoding, as soon as they come.</summary>
internal static class PayloadLines
{
    /// <summary>Each line without its line feed; a last one without a line feed counts too.</summary>
    public static async IAsyncEnumerable<byte[]> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return rest.Slice(0, end).ToArray();
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted && !rest.IsEmpty)
                yield return rest.ToArray();
            reader.AdvanceTo(read.IsCompleted ? rest.End : rest.Start, rest.End);
            if (read.IsCompleted)
                break;
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }
}

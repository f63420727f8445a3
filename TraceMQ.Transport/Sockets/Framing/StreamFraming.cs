using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets.Framing;

/// <summary>Where a message ends in a stream of bytes, and how one of ours is ended. Without state: one serves any number of streams.</summary>
internal abstract class StreamFraming
{
    /// <param name="maximum">Most bytes of a message.</param>
    protected StreamFraming(int maximum) => Maximum = maximum;

    /// <summary>Most bytes of a message.</summary>
    public int Maximum { get; }

    /// <summary>Bytes that are held to begin with.</summary>
    public virtual int FirstHeld => 4 * 1024;

    /// <summary>Most bytes that have to be held to know where a message ends.</summary>
    public abstract int MaximumHeld { get; }

    /// <summary>True where a line's end ends a message.</summary>
    public virtual bool IsByLines => false;

    /// <summary>In words for the card.</summary>
    public abstract string Words { get; }

    /// <summary>The framing of a profile.</summary>
    public static StreamFraming Of(Profile profile)
    {
        var values = profile.Values;
        var maximum = (int)values.Get(SocketSettings.MaxFrame);
        return values.Get(SocketSettings.Framing) switch
        {
            SocketSettings.Line => new LineFraming(values.Get(SocketSettings.LineEnding), maximum),
            SocketSettings.Length => new LengthFraming(
                (int)values.Get(SocketSettings.LengthBytes),
                values.Get(SocketSettings.LengthIncludesItself),
                values.Get(SocketSettings.BigEndian),
                maximum
            ),
            _ => new NoFraming(),
        };
    }

    /// <summary>Finds the first message in what has come.</summary>
    /// <param name="bytes">All that has come and was not taken.</param>
    /// <param name="searched">How many of them were looked at in vain; for the next call.</param>
    /// <param name="found">Where the message is.</param>
    /// <returns>False where more has to come.</returns>
    /// <exception cref="FramingException">No message can begin so.</exception>
    public abstract bool TryFind(ReadOnlySpan<byte> bytes, ref int searched, out FoundFrame found);

    /// <summary>The bytes to send for a message.</summary>
    /// <exception cref="TransportException">It does not fit.</exception>
    public abstract ReadOnlyMemory<byte> Wrap(ReadOnlyMemory<byte> payload);

    /// <summary>The stream has ended: what becomes of what is left.</summary>
    /// <returns>True where it is a message.</returns>
    /// <exception cref="FramingException">It is the beginning of one that never came.</exception>
    public abstract bool IsMessage(ReadOnlySpan<byte> rest);
}

/// <summary>A message in what has come.</summary>
/// <param name="Start">Where its payload begins.</param>
/// <param name="Length">Of its payload.</param>
/// <param name="Taken">The bytes that it takes with all around it.</param>
internal readonly record struct FoundFrame(int Start, int Length, int Taken);

using System.Net;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Clients;

/// <summary>A client of a server of ours: where it is, what passed between us, and what waits to be sent to it.</summary>
internal abstract class ServedClient
{
    private long _messagesIn;
    private long _bytesIn;
    private long _messagesOut;
    private long _bytesOut;

    /// <param name="address">Where it is.</param>
    /// <param name="since">When it came, as the clock's timestamp.</param>
    protected ServedClient(EndPoint? address, long since)
    {
        Name = address?.ToString() ?? "unknown address";
        Since = since;
    }

    /// <summary>Its address, which is the topic of its messages.</summary>
    public string Name { get; internal set; }

    /// <summary>When it came, as the clock's timestamp.</summary>
    public long Since { get; }

    /// <summary>What the protocol knows about it; the same labels for all of a server.</summary>
    public abstract IReadOnlyList<Fact> Facts { get; }

    /// <summary>What waits to be sent to it.</summary>
    public SendQueue Queue { get; } = new();

    /// <summary>What came from it.</summary>
    public Traffic Received => new(Interlocked.Read(ref _messagesIn), Interlocked.Read(ref _bytesIn));

    /// <summary>What went to it.</summary>
    public Traffic Sent => new(Interlocked.Read(ref _messagesOut), Interlocked.Read(ref _bytesOut));

    /// <summary>A message came from it.</summary>
    public void CountIn(int bytes)
    {
        Interlocked.Increment(ref _messagesIn);
        Interlocked.Add(ref _bytesIn, bytes);
    }

    /// <summary>A message went to it.</summary>
    public void CountOut(int bytes)
    {
        Interlocked.Increment(ref _messagesOut);
        Interlocked.Add(ref _bytesOut, bytes);
    }

    /// <summary>Ends the connection as the protocol does it.</summary>
    /// <param name="values">Of the settings that closing has in this protocol.</param>
    /// <param name="cancellationToken">Waits no longer for the client's goodbye.</param>
    public abstract Task CloseAsync(SettingValues values, CancellationToken cancellationToken);

    /// <summary>Ends the connection at once, without a goodbye.</summary>
    public abstract void Cut();

    /// <summary>How much passed one way.</summary>
    internal readonly record struct Traffic(long Messages, long Bytes);
}

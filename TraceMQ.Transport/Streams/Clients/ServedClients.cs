using System.Collections.Concurrent;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Clients;

/// <summary>The clients of a server of ours, and how one or all of them are sent to: a slow one is left behind and then closed, the others never wait for it.</summary>
/// <typeparam name="TClient">The protocol's.</typeparam>
internal sealed class ServedClients<TClient>
    where TClient : ServedClient
{
    // Long enough for whoever reads at all; after it nobody waits for that client until it has caught up.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, TClient> _connected = new(StringComparer.Ordinal);
    private readonly SessionContext _context;
    private readonly RefusalNotices _slow;

    public ServedClients(SessionContext context)
    {
        _context = context;
        _slow = new RefusalNotices(context, "closed");
    }

    /// <summary>Who is connected, by address.</summary>
    public IReadOnlyList<TClient> All => [.. _connected.Values.OrderBy(client => client.Name, StringComparer.Ordinal)];

    /// <summary>How many are connected.</summary>
    public int Count => _connected.Count;

    /// <summary>A client came. One whose address is here already, by another carrier, gets a number.</summary>
    public void Add(TClient client)
    {
        var address = client.Name;
        for (var i = 2; !_connected.TryAdd(client.Name, client); i++)
            client.Name = $"{address}#{i}";
    }

    /// <summary>A client has gone.</summary>
    public void Remove(TClient client)
    {
        client.Queue.End();
        _connected.TryRemove(KeyValuePair.Create(client.Name, client));
    }

    /// <summary>The client of this address; null where it is not connected.</summary>
    public TClient? Find(string name) => _connected.GetValueOrDefault(name);

    /// <summary>Sends to one client, or to all.</summary>
    /// <param name="topic">The client's address; empty: all.</param>
    /// <param name="bytes">The length of the message.</param>
    /// <param name="write">Writes it to one client.</param>
    /// <param name="cancellationToken">Waits no longer; what waits is sent all the same.</param>
    public async Task<PublishResult> SendAsync(
        string topic,
        int bytes,
        Func<TClient, ValueTask> write,
        CancellationToken cancellationToken
    )
    {
        var started = _context.Time.GetTimestamp();
        IEnumerable<TClient> targets = _connected.Values;
        if (topic.Length > 0)
        {
            if (Find(topic) is not { } one)
                return new PublishResult(IsAccepted: false, $"no client {topic} is connected", TimeSpan.Zero);
            targets = [one];
        }

        var waiting = new List<(TClient Client, Task<bool> Written)>();
        var (sent, left) = (0, 0);
        foreach (var client in targets)
        {
            var isLagging = client.Queue.IsLagging;
            if (!client.Queue.TryAdd(bytes, () => WriteAsync(client, bytes, write), out var written))
                Leave(client);
            else if (isLagging)
                left++;
            else
                waiting.Add((client, written));
        }

        await WaitAsync(waiting, cancellationToken).ConfigureAwait(false);
        foreach (var (client, written) in waiting)
        {
            if (!written.IsCompleted)
                left++;
            else if (await written.ConfigureAwait(false))
                sent++;
        }

        return new PublishResult(IsAccepted: true, Text(sent, left), _context.Time.GetElapsedTime(started));
    }

    private static string Text(int sent, int left)
    {
        var text = sent switch
        {
            0 when left > 0 => "",
            0 => "no client is connected",
            1 => "sent to 1 client",
            _ => $"sent to {sent:N0} clients",
        };
        if (left == 0)
            return text;
        var slow = left == 1 ? "1 client is slow and gets it later" : $"{left:N0} clients are slow and get it later";
        return text.Length == 0 ? slow : $"{text}; {slow}";
    }

    private static async ValueTask WriteAsync(TClient client, int bytes, Func<TClient, ValueTask> write)
    {
        await write(client).ConfigureAwait(false);
        client.CountOut(bytes);
    }

    private async Task WaitAsync(
        List<(TClient Client, Task<bool> Written)> waiting,
        CancellationToken cancellationToken
    )
    {
        var all = Task.WhenAll(waiting.Select(item => item.Written));
        try
        {
            await all.WaitAsync(s_patience, _context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (var (client, _) in waiting.Where(item => !item.Written.IsCompleted))
                client.Queue.Lag();
        }
    }

    /// <summary>A client reads so slowly that what waits for it has become too much.</summary>
    private void Leave(TClient client)
    {
        _slow.Add(
            $"The client {client.Name} does not read what is sent to it, and was closed: {SendQueue.MaximumMessages:N0} messages or {Quantity.FormatSize(SendQueue.MaximumBytes)} may wait for a client."
        );
        client.Queue.End();
        client.Cut();
    }
}

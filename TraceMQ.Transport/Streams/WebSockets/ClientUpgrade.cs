using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>The client's side of an upgrade (RFC 6455, section 4.1).</summary>
internal sealed class ClientUpgrade
{
    // What the handshake itself says cannot be said twice.
    private static readonly string[] s_ours =
    [
        "Connection",
        "Upgrade",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Content-Length",
        "Transfer-Encoding",
    ];

    private readonly UpgradeRequest _request;
    private readonly TimeProvider _time;
    private readonly string _key = UpgradeKey.New();
    private readonly HttpHead _head;

    /// <exception cref="TransportException">The request cannot be written.</exception>
    public ClientUpgrade(UpgradeRequest request, TimeProvider time)
    {
        _request = request;
        _time = time;
        _head = Head();
    }

    /// <summary>What is asked, as text without credentials.</summary>
    public string Shown => HttpRedaction.Show(_head);

    /// <summary>Asks and reads the answer.</summary>
    /// <returns>What was agreed, and what was read behind the answer.</returns>
    /// <exception cref="TransportException">The server refused.</exception>
    public async Task<(Upgrade Upgrade, ReadOnlyMemory<byte> LeftOver)> RunAsync(
        Stream stream,
        CancellationToken cancellationToken
    )
    {
        var started = _time.GetTimestamp();
        await stream.WriteAsync(_head.ToBytes(), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var read = await HttpHeadReader
            .ReadAsync(stream, "HTTP/1."u8.ToArray(), isExact: false, cancellationToken)
            .ConfigureAwait(false);
        if (!read.IsHead)
            throw UpgradeFailures.NoHead(read, Shown);
        if (read.Head.Status != 101)
            throw UpgradeFailures.OfStatus(read.Head, _request, Shown);
        var compression = DeflateParameters.ReadAnswer(read.Head, _request.OffersCompression, out var problem);
        problem = ProblemOf(read.Head) ?? problem;
        if (problem is not null)
            throw UpgradeFailures.WrongAnswer(problem, read.Head, Shown);
        var upgrade = new Upgrade(
            Shown,
            HttpRedaction.Show(read.Head),
            Path(),
            read.Head.Get("Sec-WebSocket-Protocol"),
            compression,
            _time.GetElapsedTime(started)
        );
        return (upgrade, read.LeftOver);
    }

    private string Path() =>
        _request.PathAndQuery.StartsWith('/') ? _request.PathAndQuery : "/" + _request.PathAndQuery;

    private HttpHead Head()
    {
        var path = Path();
        if (path.AsSpan().ContainsAny(" \t\r\n#") || path.Any(char.IsControl))
            throw new TransportException(
                FailureKind.Configuration,
                "The path of the URL has a space, a # or a control character: write it with percent signs, as %20."
            );
        var headers = new List<Header>
        {
            new("Host", _request.Headers.FirstOrDefault(IsHost).Value ?? _request.Host),
            new("Connection", "Upgrade"),
            new("Upgrade", "websocket"),
            new("Sec-WebSocket-Version", "13"),
            new("Sec-WebSocket-Key", _key),
        };
        if (_request.Subprotocols.FirstOrDefault(name => !HttpSyntax.IsToken(name)) is { } wrong)
            throw new TransportException(
                FailureKind.Configuration,
                $"\"{wrong}\" is no name of a subprotocol: use letters, digits, dots and hyphens."
            );
        if (_request.Subprotocols.Count > 0)
            headers.Add(new Header("Sec-WebSocket-Protocol", string.Join(", ", _request.Subprotocols)));
        if (_request.OffersCompression)
            headers.Add(new Header("Sec-WebSocket-Extensions", DeflateParameters.Offer));
        foreach (var header in _request.Headers.Where(header => !IsHost(header)))
        {
            if (s_ours.Contains(header.Name, StringComparer.OrdinalIgnoreCase))
                throw new TransportException(
                    FailureKind.Configuration,
                    $"The header {header.Name} belongs to the handshake and cannot be set: take it out."
                );
            headers.Add(header);
        }

        if (!headers.Any(header => header.Name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase)))
            headers.Add(new Header("User-Agent", "TraceMQ"));
        return new HttpHead($"GET {path} HTTP/1.1", headers);
    }

    private static bool IsHost(Header header) => "Host".Equals(header.Name, StringComparison.OrdinalIgnoreCase);

    private string? ProblemOf(HttpHead answer)
    {
        if (!answer.HasToken("Upgrade", "websocket"))
            return "it upgrades to something else than a WebSocket";
        if (!answer.HasToken("Connection", "upgrade"))
            return "its Connection header does not say Upgrade";
        if (answer.Count("Sec-WebSocket-Accept") != 1 || answer.Get("Sec-WebSocket-Accept") != UpgradeKey.Answer(_key))
            return "its Sec-WebSocket-Accept does not fit our key, so it, or a cache between, has not read the request";
        var chosen = answer.Get("Sec-WebSocket-Protocol");
        if (
            answer.Count("Sec-WebSocket-Protocol") > 1
            || (chosen is not null && !_request.Subprotocols.Contains(chosen))
        )
            return $"it chose the subprotocol {chosen}, which was not offered";
        return chosen is null && _request.IsSubprotocolRequired
            ? $"it speaks none of the subprotocols {string.Join(", ", _request.Subprotocols)}"
            : null;
    }
}

using System.Text;
using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>The server's side of an upgrade (RFC 6455, section 4.2).</summary>
internal sealed class ServerUpgrade
{
    private readonly UpgradeOffer _offer;
    private readonly WebSocketLimits _limits;
    private readonly TimeProvider _time;

    public ServerUpgrade(UpgradeOffer offer, WebSocketLimits limits, TimeProvider time)
    {
        _offer = offer;
        _limits = limits;
        _time = time;
    }

    /// <summary>Reads what a client asks for and answers.</summary>
    /// <returns>What was agreed, and what was read behind the request.</returns>
    /// <exception cref="TransportException">The client was refused.</exception>
    public async Task<(Upgrade Upgrade, ReadOnlyMemory<byte> LeftOver)> RunAsync(
        Stream stream,
        CancellationToken cancellationToken
    )
    {
        var started = _time.GetTimestamp();
        var read = await HttpHeadReader
            .ReadAsync(stream, ReadOnlyMemory<byte>.Empty, isExact: false, cancellationToken)
            .ConfigureAwait(false);
        var refusal = read.IsHead ? UpgradeChecks.Find(read.Head, _offer) : UpgradeRefusal.Of(read);
        if (refusal is not null)
            throw await RefuseAsync(stream, refusal, read.Head, cancellationToken).ConfigureAwait(false);
        var request = read.Head!;
        var compression = _offer.AcceptsCompression ? DeflateParameters.Choose(request) : null;
        var subprotocol = UpgradeChecks.Subprotocol(request, _offer);
        var answer = Answer(request, subprotocol, compression);
        await stream.WriteAsync(answer.ToBytes(), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var upgrade = new Upgrade(
            HttpRedaction.Show(request),
            HttpRedaction.Show(answer),
            UpgradeChecks.Target(request),
            subprotocol,
            compression,
            _time.GetElapsedTime(started)
        );
        return (upgrade, read.LeftOver);
    }

    private static HttpHead Answer(HttpHead request, string? subprotocol, DeflateParameters? compression)
    {
        var headers = new List<Header>
        {
            new("Upgrade", "websocket"),
            new("Connection", "Upgrade"),
            new("Sec-WebSocket-Accept", UpgradeKey.Answer(request.Get("Sec-WebSocket-Key")!)),
        };
        if (subprotocol is not null)
            headers.Add(new Header("Sec-WebSocket-Protocol", subprotocol));
        if (compression is not null)
            headers.Add(new Header("Sec-WebSocket-Extensions", compression.Answer));
        return new HttpHead("HTTP/1.1 101 Switching Protocols", headers);
    }

    private async Task<TransportException> RefuseAsync(
        Stream stream,
        UpgradeRefusal refusal,
        HttpHead? request,
        CancellationToken cancellationToken
    )
    {
        var body = Encoding.UTF8.GetBytes(refusal.Sentence + "\n");
        var head = new HttpHead(
            $"HTTP/1.1 {refusal.Status} {refusal.Reason}",
            [
                .. refusal.Headers,
                new Header("Content-Type", "text/plain; charset=utf-8"),
                new Header("Content-Length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new Header("Connection", refusal.Status == 426 ? "Upgrade, close" : "close"),
            ]
        );
        if (refusal.IsAnswered)
        {
            await stream.WriteAsync((byte[])[.. head.ToBytes(), .. body], cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await Linger.UntilEndAsync(stream, _limits.LingerTimeout, _time, cancellationToken).ConfigureAwait(false);
        }

        return new TransportException(
            refusal.Status == 401 ? FailureKind.Credentials : FailureKind.NotThisProtocol,
            $"A client was refused ({refusal.Status}): {refusal.Sentence}",
            new UpgradeRefusedException(refusal.Sentence, refusal.Status)
            {
                Request = request is null ? "" : HttpRedaction.Show(request),
                Response = refusal.IsAnswered ? HttpRedaction.Show(head) : "",
            }
        );
    }
}

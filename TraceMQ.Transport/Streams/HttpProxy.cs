using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams;

/// <summary>The way through an HTTP proxy: CONNECT (RFC 9110, section 9.3.6).</summary>
internal static class HttpProxy
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <summary>Asks a proxy for a tunnel. Not a byte of what comes through it is read.</summary>
    /// <param name="stream">To the proxy; disposed where this fails.</param>
    /// <param name="proxy">The proxy's URL with its credentials.</param>
    /// <param name="target">Where the tunnel leads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The proxy refused, or is none.</exception>
    public static async Task ConnectAsync(
        Stream stream,
        Endpoint proxy,
        Endpoint target,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(s_timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var isDone = false;
        try
        {
            await stream.WriteAsync(Request(proxy, target).ToBytes(), both.Token).ConfigureAwait(false);
            await stream.FlushAsync(both.Token).ConfigureAwait(false);
            var read = await HttpHeadReader
                .ReadAsync(stream, "HTTP/1."u8.ToArray(), isExact: true, both.Token)
                .ConfigureAwait(false);
            if (Failure(read, proxy, target) is { } failure)
                throw failure;
            isDone = true;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.TimedOut,
                $"The proxy {proxy.Address} did not connect to {target.Address} within {Quantity.Format(s_timeout)}: check both addresses.",
                exception
            );
        }
        catch (IOException exception)
        {
            throw new TransportException(
                FailureKind.Lost,
                $"The proxy {proxy.Address} dropped the connection ({exception.Message.TrimEnd('.')}): check its address and its log.",
                exception
            );
        }
        finally
        {
            if (!isDone)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static HttpHead Request(Endpoint proxy, Endpoint target)
    {
        var headers = new List<Header> { new("Host", target.Address) };
        if (proxy.Username is { } username)
            headers.Add(new Header("Proxy-Authorization", HttpCredentials.Basic(username, proxy.Password)));
        return new HttpHead($"CONNECT {target.Address} HTTP/1.1", headers);
    }

    private static TransportException? Failure(HttpHeadRead read, Endpoint proxy, Endpoint target)
    {
        if (!read.IsHead)
            return new TransportException(
                FailureKind.NotThisProtocol,
                $"What listens at {proxy.Address} is no HTTP proxy, {read.Text}: check the URL of the proxy."
            );
        var status = read.Head.StatusText;
        return read.Head.Status switch
        {
            >= 200 and < 300 => null,
            // Some say 407 where credentials are missing and 401 where they are wrong.
            401 or 407 => new TransportException(
                FailureKind.Credentials,
                proxy.Username is null
                    ? $"The proxy {proxy.Address} wants credentials ({status}): put them in its URL, as http://user:password@host:port."
                    : $"The proxy {proxy.Address} refused the credentials ({status}): check user and password in its URL."
            ),
            403 => new TransportException(
                FailureKind.Permission,
                $"The proxy {proxy.Address} does not allow connections to {target.Address} ({status}): have that host and port allowed, or take another way."
            ),
            502 or 503 or 504 => new TransportException(
                FailureKind.Refused,
                $"The proxy {proxy.Address} could not reach {target.Address} ({status}): check the address, and whether the server runs."
            ),
            400 or 404 or 405 or 501 => new TransportException(
                FailureKind.NotThisProtocol,
                $"{proxy.Address} makes no tunnels ({status}): it is a web server, or a proxy without CONNECT; check the URL of the proxy."
            ),
            _ => new TransportException(
                FailureKind.RefusedByPeer,
                $"The proxy {proxy.Address} refused to connect to {target.Address} ({status}): look at its log."
            ),
        };
    }
}

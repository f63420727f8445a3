using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Security;

/// <summary>A client and a server of ours that shake hands over a real connection; each side's stream, or why it failed.</summary>
internal sealed class TlsMeeting : IAsyncDisposable
{
    private TlsMeeting(
        (SecureStream? Stream, TransportException? Failure) client,
        (SecureStream? Stream, TransportException? Failure) server
    )
    {
        (ClientStream, ClientFailure) = client;
        (ServerStream, ServerFailure) = server;
    }

    public SecureStream? ClientStream { get; }

    public TransportException? ClientFailure { get; }

    public SecureStream? ServerStream { get; }

    public TransportException? ServerFailure { get; }

    /// <summary>The client's stream of a handshake that succeeded on both sides.</summary>
    public SecureStream Client
    {
        get
        {
            Assert.Null(ClientFailure?.Message);
            Assert.Null(ServerFailure?.Message);
            return ClientStream!;
        }
    }

    public SecureStream Server => ServerStream!;

    public static async Task<TlsMeeting> OfAsync(
        TlsOptions client,
        TlsOptions server,
        string host = "localhost",
        IReadOnlyList<string>? clientProtocols = null,
        IReadOnlyList<string>? serverProtocols = null,
        TimeProvider? time = null
    )
    {
        var ourClient = TlsClient.Load(client);
        var ourServer = TlsServer.Load(server);
        var clock = time ?? TimeProvider.System;
        var (near, far) = await ConnectAsync();
        var accepting = TryAsync(() =>
            ourServer.AuthenticateAsync(far, "192.0.2.1:4711", serverProtocols ?? [], clock, Limit())
        );
        var connecting = TryAsync(() =>
            ourClient.AuthenticateAsync(near, EndpointOf(host), clientProtocols ?? [], clock, Limit())
        );
        return new TlsMeeting(await connecting, await accepting);
    }

    /// <summary>Our client with any peer: what it says of a handshake that fails.</summary>
    public static async Task<TransportException> FailureOfClientAsync(
        TlsOptions options,
        Stream stream,
        string host = "localhost",
        TimeProvider? time = null
    ) =>
        await Assert.ThrowsAsync<TransportException>(() =>
            TlsClient
                .Load(options)
                .AuthenticateAsync(stream, EndpointOf(host), [], time ?? TimeProvider.System, Limit())
        );

    public static TlsOptions Trusting(string? authorities) => new() { CaFile = authorities };

    public static TlsOptions Showing(CertificatePair pair, string? authorities = null) =>
        new()
        {
            CertificateFile = pair.Certificate,
            PrivateKeyFile = pair.Key,
            CaFile = authorities,
        };

    public static Endpoint EndpointOf(string host, int port = 8883) =>
        new(new UrlScheme("mqtts", Carrier.Tls, 8883, []), host, port, "");

    /// <summary>Two ends of a connection.</summary>
    public static async Task<(NetworkStream Near, NetworkStream Far)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connecting = near.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Limit());
        var far = await listener.AcceptSocketAsync(Limit());
        await connecting;
        return (new NetworkStream(near, ownsSocket: true), new NetworkStream(far, ownsSocket: true));
    }

    public static CancellationToken Limit() =>
        new CancellationTokenSource(Surroundings.Patience, TimeProvider.System).Token;

    /// <summary>Sends bytes both ways.</summary>
    public async Task AssertTalkingAsync()
    {
        await AssertArrivesAsync(Client, Server);
        await AssertArrivesAsync(Server, Client);
    }

    /// <summary>What the client's first read says after a handshake that only the server saw fail, as TLS 1.3 has it.</summary>
    public async Task<string> FirstReadAsync()
    {
        if (ClientFailure is { } early)
            return early.Message;
        var failure = await Assert.ThrowsAsync<IOException>(async () =>
            await ClientStream!.ReadExactlyAsync(new byte[1], Limit())
        );
        var cause = Assert.IsType<TransportException>(failure.InnerException);
        Assert.Equal(FailureKind.Tls, cause.Kind);
        Assert.Equal(cause.Message, failure.Message);
        return cause.Message;
    }

    public async ValueTask DisposeAsync()
    {
        if (ClientStream is not null)
            await ClientStream.DisposeAsync();
        if (ServerStream is not null)
            await ServerStream.DisposeAsync();
    }

    private static async Task AssertArrivesAsync(SecureStream from, SecureStream to)
    {
        await from.WriteAsync("ping"u8.ToArray(), Limit());
        var buffer = new byte[4];
        await to.ReadExactlyAsync(buffer, Limit());
        Assert.Equal("ping"u8.ToArray(), buffer);
    }

    private static async Task<(SecureStream?, TransportException?)> TryAsync(Func<Task<SecureStream>> attempt)
    {
        try
        {
            return (await attempt(), null);
        }
        catch (TransportException failure)
        {
            return (null, failure);
        }
    }
}

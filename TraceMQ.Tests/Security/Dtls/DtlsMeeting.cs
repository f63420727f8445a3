using System.Net;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Security.Dtls;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Tests.Security.Dtls;

/// <summary>A listener that answers each datagram by a function, and clients that meet it.</summary>
internal sealed class DtlsMeeting : IAsyncDisposable
{
    private static readonly UrlScheme s_scheme = new("coaps", Carrier.Dtls, 5684, []);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _answering;

    private DtlsMeeting(DtlsListener listener, Surroundings surroundings, Func<byte[], byte[]> answer)
    {
        Listener = listener;
        Server = surroundings;
        _answering = AnswerAsync(answer);
    }

    public DtlsListener Listener { get; }

    public Surroundings Server { get; }

    public int Port => Listener.LocalEndPoint.Port;

    public static TestCertificates Certificates => TestCertificates.Shared;

    public static async Task<DtlsMeeting> StartAsync(DtlsOptions options, Func<byte[], byte[]>? answer = null)
    {
        var surroundings = new Surroundings();
        var udp = await UdpListener.BindAsync(
            new Endpoint(s_scheme, "127.0.0.1", 0, ""),
            isWithGroup: false,
            TimeProvider.System,
            CancellationToken.None
        );
        var listener = await DtlsListener.StartAsync(udp, options, surroundings.Context);
        return new DtlsMeeting(listener, surroundings, answer ?? (bytes => bytes));
    }

    public static DtlsOptions Psk(string identity = "me", string key = "geheim") =>
        new(new TlsOptions(), DtlsKey.Of(identity, new Secret(key))) { ResendAfter = TimeSpan.FromSeconds(0.2) };

    public static DtlsOptions Of(CertificatePair? own, string? authorities) =>
        new(
            new TlsOptions
            {
                CertificateFile = own?.Certificate,
                PrivateKeyFile = own?.Key,
                CaFile = authorities,
            },
            Key: null
        );

    public static Task<DtlsPipe> ConnectAsync(
        int port,
        DtlsOptions options,
        Func<IDatagramPipe, IDatagramPipe>? wrap = null,
        Surroundings? surroundings = null
    )
    {
        var endpoint = new Endpoint(s_scheme, "127.0.0.1", port, "");
        IDatagramPipe udp = UdpPipe.Open(endpoint, IPAddress.Loopback);
        return DtlsPipe.ConnectAsync(
            wrap?.Invoke(udp) ?? udp,
            endpoint,
            options,
            StepLog.Silent,
            (surroundings ?? new Surroundings()).Context,
            CancellationToken.None
        );
    }

    public static async Task<byte[]> AskAsync(IDatagramPipe pipe, params byte[] question)
    {
        using var limit = new CancellationTokenSource(Surroundings.Patience);
        await pipe.SendAsync(question, limit.Token);
        var buffer = new byte[2000];
        var length = await pipe.ReceiveAsync(buffer, limit.Token);
        return buffer[..length];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _answering;
        await Listener.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(Func<byte[], byte[]> answer)
    {
        var buffer = new byte[2000];
        try
        {
            while (true)
            {
                var got = await Listener.ReceiveAsync(buffer, _stop.Token);
                await Listener.SendAsync(got.Peer, answer(buffer[..got.Length]), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}

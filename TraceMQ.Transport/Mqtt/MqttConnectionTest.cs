using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using TraceMQ.Transport.Mqtt.Server;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Tries a profile step by step, as a client would connect.</summary>
internal static class MqttConnectionTest
{
    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        profile.Mode == ProfileMode.Server
            ? ListenAsync(profile, context, cancellationToken)
            : ConnectAsync(profile, context.Time, cancellationToken);

    private static async IAsyncEnumerable<TestStep> ListenAsync(
        Profile profile,
        SessionContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (_, step) = await TryAsync<object>(
                "listen",
                context.Time,
                async () =>
                {
                    var session = await BrokerSession
                        .StartAsync(profile, context, cancellationToken)
                        .ConfigureAwait(false);
                    await session.DisposeAsync().ConfigureAwait(false);
                    return (
                        session,
                        string.Join(
                            ", ",
                            session.Facts.Where(fact => fact.Label == "listening on").Select(fact => fact.Value)
                        )
                    );
                }
            )
            .ConfigureAwait(false);
        yield return step;
    }

    private static async IAsyncEnumerable<TestStep> ConnectAsync(
        Profile profile,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var endpoint = profile.Endpoints[0];
        var (addresses, named) = await TryAsync<IReadOnlyList<IPAddress>>(
                "name",
                time,
                async () =>
                {
                    var found = await TcpDialer.ResolveAsync(endpoint, time, cancellationToken).ConfigureAwait(false);
                    return (found, $"{endpoint.Host} is {string.Join(", ", found)}");
                }
            )
            .ConfigureAwait(false);
        yield return named;
        if (addresses is null)
            yield break;
        var (stream, connected) = await TryAsync<NetworkStream>(
                "TCP",
                time,
                async () =>
                {
                    var made = await TcpDialer
                        .ConnectAsync(endpoint, addresses, time, cancellationToken)
                        .ConfigureAwait(false);
                    return (made, $"connected to {made.Socket.RemoteEndPoint}");
                }
            )
            .ConfigureAwait(false);
        yield return connected;
        if (stream is null)
            yield break;
        foreach (
            var step in await HandshakeAsync(profile, endpoint, stream, time, cancellationToken).ConfigureAwait(false)
        )
            yield return step;
    }

    /// <summary>CONNECT and CONNACK are one exchange, but a refusal of the user is a handshake that worked.</summary>
    private static async Task<IReadOnlyList<TestStep>> HandshakeAsync(
        Profile profile,
        Endpoint endpoint,
        NetworkStream stream,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        const string Handshake = "MQTT handshake";
        const string Authentication = "authentication";
        // A test must not end the kept session of a profile, nor take its connection over.
        var identity = MqttIdentity.Of(profile, endpoint);
        if (!identity.CleanSession || identity.SessionExpiry > TimeSpan.Zero)
            identity = identity.Guest();
        var started = time.GetTimestamp();
        try
        {
            var link = await MqttLink
                .HandshakeAsync(endpoint, identity, stream, _ => Task.CompletedTask, time, cancellationToken)
                .ConfigureAwait(false);
            await link.DisposeAsync().ConfigureAwait(false);
            var elapsed = time.GetElapsedTime(started);
            var user = string.IsNullOrEmpty(identity.Username)
                ? "accepted without a user name"
                : $"accepted as {identity.Username}";
            return
            [
                new TestStep(Handshake, IsPassed: true, elapsed, $"the broker speaks MQTT {identity.VersionText}"),
                new TestStep(Authentication, IsPassed: true, TimeSpan.Zero, user),
            ];
        }
        catch (TransportException exception) when (exception.Kind is FailureKind.Credentials or FailureKind.Permission)
        {
            return
            [
                new TestStep(
                    Handshake,
                    IsPassed: true,
                    time.GetElapsedTime(started),
                    $"the broker speaks MQTT {identity.VersionText}"
                ),
                new TestStep(Authentication, IsPassed: false, TimeSpan.Zero, exception.Message),
            ];
        }
        catch (TransportException exception)
        {
            return [new TestStep(Handshake, IsPassed: false, time.GetElapsedTime(started), exception.Message)];
        }
    }

    private static async Task<(T? Value, TestStep Step)> TryAsync<T>(
        string name,
        TimeProvider time,
        Func<Task<(T Value, string Text)>> attempt
    )
        where T : class
    {
        var started = time.GetTimestamp();
        try
        {
            var (value, text) = await attempt().ConfigureAwait(false);
            return (value, new TestStep(name, IsPassed: true, time.GetElapsedTime(started), text));
        }
        catch (TransportException exception)
        {
            return (null, new TestStep(name, IsPassed: false, time.GetElapsedTime(started), exception.Message));
        }
    }
}

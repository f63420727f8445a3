using System.Runtime.CompilerServices;
using TraceMQ.Transport.Mqtt.Server;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Tries a profile step by step: as a client would connect, or whether it can listen.</summary>
internal static class MqttConnectionTest
{
    private const string Handshake = "MQTT handshake";
    private const string Authentication = "authentication";

    public static IAsyncEnumerable<TestStep> RunAsync(
        Profile profile,
        SessionContext context,
        CancellationToken cancellationToken
    ) =>
        profile.Mode == ProfileMode.Server
            ? StepLog.TestListeningAsync(
                profile,
                token => BrokerSession.StartAsync(profile, context, token),
                context.Time,
                cancellationToken
            )
            : StepLog.TestAsync(
                profile.Endpoints,
                (endpoint, steps, token) => ConnectAsync(profile, endpoint, steps, context.Time, token),
                context.Time,
                cancellationToken
            );

    private static async Task ConnectAsync(
        Profile profile,
        Endpoint endpoint,
        StepLog steps,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        // A test must not end the kept session of a profile, nor take its connection over.
        var identity = MqttIdentity.Of(profile, endpoint);
        if (!identity.CleanSession || identity.SessionExpiry > TimeSpan.Zero)
            identity = identity.Guest();
        var peer = await StreamDialer
            .OpenAsync(endpoint, MqttWay.Of(profile), steps, time, cancellationToken)
            .ConfigureAwait(false);
        var started = time.GetTimestamp();
        var speaks = $"the broker speaks MQTT {identity.VersionText}";
        try
        {
            var link = await MqttLink
                .HandshakeAsync(
                    endpoint,
                    MqttWay.Of(profile),
                    identity,
                    peer,
                    new MqttIntake(_ => Task.CompletedTask),
                    time,
                    cancellationToken
                )
                .ConfigureAwait(false);
            await link.DisposeAsync().ConfigureAwait(false);
            steps.Pass(Handshake, speaks, time.GetElapsedTime(started));
            steps.Pass(
                Authentication,
                string.IsNullOrEmpty(identity.Username)
                    ? "accepted without a user name"
                    : $"accepted as {identity.Username}"
            );
        }
        catch (TransportException exception) when (exception.Kind is FailureKind.Credentials or FailureKind.Permission)
        {
            // CONNECT and CONNACK are one exchange, but a refusal of the user is a handshake that worked.
            steps.Pass(Handshake, speaks, time.GetElapsedTime(started));
            steps.Fail(Authentication, exception);
        }
        catch (TransportException exception)
        {
            steps.Fail(Handshake, exception, time.GetElapsedTime(started));
        }
    }
}

using System.Text;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Each way in which connecting fails, with the sentence that a user reads.</summary>
public sealed class MqttFailureTests
{
    [Fact]
    public async Task A_name_that_does_not_exist_is_said_to_be_not_found()
    {
        var failure = await FailAsync(MqttProfiles.Of("mqtt://no-such-host.invalid"));

        Assert.Equal(FailureKind.NameNotFound, failure.Kind);
        Assert.Contains("\"no-such-host.invalid\" was not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_said_to_refuse()
    {
        var port = Mosquitto.FreePort();

        var failure = await FailAsync(MqttProfiles.Of(port));

        Assert.Equal(FailureKind.Refused, failure.Kind);
        Assert.Contains($"127.0.0.1:{port} refused the connection", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_server_is_quoted_and_said_to_be_no_broker()
    {
        await using var web = ScriptedPeer.Answering(
            Encoding.ASCII.GetBytes(
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 90\r\n\r\n" + new string('x', 90)
            )
        );

        var failure = await FailAsync(MqttProfiles.Of(web.Port));

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
        Assert.Contains(
            "is not an MQTT broker: it answered \"HTTP/1.1 400 Bad Request\"",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_TLS_port_is_recognised_by_its_alert()
    {
        await using var tls = ScriptedPeer.Answering(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0A);

        var failure = await FailAsync(MqttProfiles.Of(tls.Port));

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
        Assert.Contains("speaks TLS", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_times_out_with_a_sentence()
    {
        var heard = new TaskCompletionSource();
        await using var silent = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await stream.ReadAtLeastAsync(new byte[256], 1, throwOnEndOfStream: false, stop);
                heard.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var time = new FakeTimeProvider();

        var connecting = FailAsync(MqttProfiles.Of(silent.Port), time);
        await heard.Task.WaitAsync(Surroundings.Patience);
        time.Advance(TimeSpan.FromSeconds(11));
        var failure = await connecting.WaitAsync(Surroundings.Patience);

        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains("said nothing within 10s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_at_once_is_said_to_have_done_so()
    {
        await using var rude = new ScriptedPeer((_, _) => Task.CompletedTask);

        var failure = await FailAsync(MqttProfiles.Of(rude.Port));

        Assert.Equal(FailureKind.Lost, failure.Kind);
        Assert.Contains("closed the connection without an answer", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.1")]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task A_wrong_password_is_a_matter_of_credentials_that_ends_all_attempts(string version)
    {
        await using var broker = await Mosquitto.StartAsync("me", "right");

        var failure = await FailAsync(
            MqttProfiles.Of(
                broker.Port,
                ("auth.username", "me"),
                ("auth.password", "wrong-one"),
                ("mqtt.version", version)
            )
        );

        Assert.Equal(FailureKind.Credentials, failure.Kind);
        Assert.True(failure.IsFinal);
        Assert.Contains("check auth.username and auth.password", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_password_is_asked_for()
    {
        await using var broker = await Mosquitto.StartAsync("me", "right");

        var failure = await FailAsync(MqttProfiles.Of(broker.Port));

        Assert.Equal(FailureKind.Credentials, failure.Kind);
        Assert.Contains("set auth.username and auth.password", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_credentials_of_the_url_are_used_where_the_profile_has_none()
    {
        await using var broker = await Mosquitto.StartAsync("me", "p@ss/word");

        var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of($"mqtt://me:p%40ss%2Fword@127.0.0.1:{broker.Port}"),
            new Surroundings().Context,
            CancellationToken.None
        );
        await session.DisposeAsync();
        var failure = await FailAsync(
            MqttProfiles.Of($"mqtt://me:p%40ss%2Fword@127.0.0.1:{broker.Port}", ("auth.password", "other"))
        );

        Assert.Equal(FailureKind.Credentials, failure.Kind);
    }

    // Return codes of 3.1.1 reach a client of 5.0 from a broker that does not know 5.0.
    [Theory]
    [InlineData("5.0", "20020001", FailureKind.NotThisProtocol, "does not speak MQTT 5.0")]
    [InlineData("5.0", "2003008400", FailureKind.NotThisProtocol, "does not speak MQTT 5.0")]
    [InlineData("3.1.1", "20020001", FailureKind.NotThisProtocol, "does not speak MQTT 3.1.1")]
    [InlineData("3.1.1", "20020002", FailureKind.Configuration, "does not take the client id \"mine\"")]
    [InlineData("5.0", "2003008500", FailureKind.Configuration, "does not take the client id \"mine\"")]
    [InlineData("3.1.1", "20020003", FailureKind.RefusedByPeer, "server unavailable (3)")]
    [InlineData("3.1.1", "20020004", FailureKind.Credentials, "bad user name or password (4)")]
    [InlineData("3.1.1", "20020005", FailureKind.Credentials, "not authorized (5)")]
    [InlineData("5.0", "2003008600", FailureKind.Credentials, "bad user name or password (0x86)")]
    [InlineData("5.0", "2003008700", FailureKind.Credentials, "not authorized (0x87)")]
    [InlineData("5.0", "2003008900", FailureKind.RefusedByPeer, "server busy (0x89)")]
    [InlineData("5.0", "2003008A00", FailureKind.Permission, "banned (0x8A)")]
    [InlineData(
        "5.0",
        "200900 97 06 1F 0003 6E6F21",
        FailureKind.RefusedByPeer,
        "quota exceeded (0x97) (it says: no!)"
    )]
    [InlineData("5.0", "2020FFFF", FailureKind.TimedOut, "")]
    public async Task A_refusal_says_what_the_broker_said_and_what_to_do(
        string version,
        string answer,
        FailureKind kind,
        string words
    )
    {
        await using var broker = ScriptedPeer.Answering(
            Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal))
        );
        var time = new FakeTimeProvider();

        var connecting = FailAsync(
            MqttProfiles.Of(broker.Port, ("mqtt.version", version), ("mqtt.client_id", "mine")),
            time
        );
        if (kind == FailureKind.TimedOut)
        {
            // Half a packet and then nothing.
            await broker.Accepted.WaitAsync(Surroundings.Patience);
            await Surroundings.UntilAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                    return connecting.IsCompleted;
                },
                "it gives up"
            );
        }

        var failure = await connecting.WaitAsync(Surroundings.Patience);

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_wants_another_way_of_authentication_is_reported()
    {
        byte[] auth = [0xF0, 0x0E, 0x18, 0x0C, 0x15, 0x00, 0x09, .. "SCRAM-X-1"u8];
        await using var broker = ScriptedPeer.Answering(auth);

        var failure = await FailAsync(MqttProfiles.Of(broker.Port));

        Assert.Equal(FailureKind.Credentials, failure.Kind);
        Assert.Contains("\"SCRAM-X-1\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_tells_the_handshake_from_the_authentication()
    {
        await using var broker = await Mosquitto.StartAsync("me", "right");
        var steps = new List<TestStep>();

        await foreach (
            var step in MqttProfiles.Transport.TestAsync(
                MqttProfiles.Of(broker.Port, ("auth.username", "me"), ("auth.password", "wrong")),
                new Surroundings().Context,
                CancellationToken.None
            )
        )
            steps.Add(step);

        Assert.Equal(["name", "TCP", "MQTT handshake", "authentication"], steps.Select(step => step.Name));
        Assert.Equal([true, true, true, false], steps.Select(step => step.IsPassed));
        Assert.Contains("MQTT 5.0", steps[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_url_is_tried_where_the_first_cannot_be_reached()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();

        var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(
                $"mqtt://127.0.0.1:{Mosquitto.FreePort()},127.0.0.1:{broker.Port}".Replace(
                    ",",
                    ",mqtt://",
                    StringComparison.Ordinal
                )
            ),
            surroundings.Context,
            CancellationToken.None
        );

        Assert.Contains(session.Facts, fact => fact.Value == $"127.0.0.1:{broker.Port}");
        Assert.True(surroundings.Notices.Reader.TryRead(out var notice));
        Assert.Contains("Trying the next address", notice.Text, StringComparison.Ordinal);
        await session.DisposeAsync();
    }

    internal static async Task<TransportException> FailAsync(Profile profile, TimeProvider? time = null) =>
        await Assert.ThrowsAsync<TransportException>(() =>
            MqttProfiles.Transport.ConnectAsync(profile, new Surroundings(time: time).Context, CancellationToken.None)
        );
}

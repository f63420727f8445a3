using CsCheck;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Brokers that break the rules after the handshake: the session ends with a reason, and nothing else happens.</summary>
public sealed class MqttHostilePeerTests
{
    private static readonly byte[] s_accepted = [0x20, 0x03, 0x00, 0x00, 0x00];

    [Theory]
    [InlineData("FFFFFFFFFFFF")] // a remaining length of more than four bytes
    [InlineData("3000")] // a PUBLISH without a topic
    [InlineData("3003FFFF61")] // a topic that is longer than its packet
    [InlineData("300600 0161 05 FF FF")] // properties that are longer than their packet
    [InlineData("36050001610000")] // QoS 3
    [InlineData("C000")] // a PINGREQ, which only clients send
    [InlineData("9003000100")] // a SUBACK that nobody asked for, cut short
    [InlineData("1000")] // a CONNECT
    [InlineData("00")] // half a packet, then the end
    public async Task A_packet_that_breaks_the_rules_ends_the_session_with_a_reason(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(s_accepted, stop);
                await stream.WriteAsync(bytes, stop);
            }
        );

        var session = await ConnectAsync(peer);

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(FailureKind.Lost, lost.Kind);
        await session.DisposeAsync();
    }

    [Fact]
    public void Garbage_never_does_more_than_end_the_session() =>
        Gen.Byte.Array[0, 200].Sample(bytes => EndAsync(bytes).GetAwaiter().GetResult(), iter: 60, threads: 1);

    [Theory]
    [InlineData("E002 8E00", FailureKind.TakenOver, "took the connection over")]
    [InlineData("E002 8B00", FailureKind.Lost, "server shutting down (0x8B)")]
    [InlineData("E002 8D00", FailureKind.Lost, "keep alive timeout (0x8D)")]
    [InlineData("E002 8700", FailureKind.Permission, "not authorized (0x87)")]
    [InlineData("E007 98 05 1F 0002 6279", FailureKind.Lost, "administrative action (0x98) (it says: by)")]
    [InlineData("", FailureKind.Lost, "closed the connection without a reason")]
    [InlineData("F00C 19 0A 15 0007 534352414D2D58", FailureKind.Lost, "the authentication method \"SCRAM-X\"")]
    public async Task A_goodbye_of_the_broker_is_put_in_words(string hex, FailureKind kind, string words)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(s_accepted, stop);
                await stream.WriteAsync(bytes, stop);
            }
        );

        var session = await ConnectAsync(peer);

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(kind, lost.Kind);
        Assert.Contains(words, lost.Message, StringComparison.Ordinal);
        await session.DisposeAsync();
    }

    [Theory]
    [InlineData("5.0", "2003000000", "9004 0001 00 87", "not authorized (0x87)")]
    [InlineData("5.0", "2003000000", "9004 0001 00 97", "quota exceeded (0x97)")]
    [InlineData("3.1.1", "20020000", "9003 0001 80", "refused by the broker (0x80)")]
    public async Task A_refused_subscription_is_a_result_with_the_reason(
        string version,
        string connAck,
        string subAck,
        string words
    )
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                var buffer = new byte[4096];
                _ = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(Convert.FromHexString(connAck), stop);
                await ScriptedPeer.AnswerAsync(
                    stream,
                    Convert.FromHexString(subAck.Replace(" ", "", StringComparison.Ordinal)),
                    stop
                );
            }
        );
        var session = await ConnectAsync(peer, version);

        var result = await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);

        Assert.False(result.IsAccepted);
        Assert.Contains(words, result.Text, StringComparison.Ordinal);
        Assert.False(session.Completion.IsCompleted);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_message_of_QoS_2_that_is_refused_at_once_is_a_result()
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                var buffer = new byte[4096];
                _ = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(s_accepted, stop);
                byte[] pubRec = [0x50, 0x09, 0x00, 0x01, 0x97, 0x05, 0x1F, 0x00, 0x02, .. "no"u8];
                await ScriptedPeer.AnswerAsync(stream, pubRec, stop);
            }
        );
        var session = await ConnectAsync(peer);

        var result = await session
            .PublishAsync(MqttSessionTests.Message("a", "x", ("qos", 2)), CancellationToken.None)
            .WaitAsync(Surroundings.Patience);

        Assert.False(result.IsAccepted);
        Assert.Equal("quota exceeded (0x97) (it says: no)", result.Text);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_broker_that_answers_no_ping_is_said_to_be_gone()
    {
        await using var peer = ScriptedPeer.Answering(s_accepted);
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(peer.Port, ("mqtt.keep_alive", "1s")),
            new Surroundings().Context,
            CancellationToken.None
        );

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );

        Assert.Equal(FailureKind.Lost, lost.Kind);
        Assert.Contains("no longer answers (keep alive)", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_acknowledges_nothing_is_not_waited_for_without_end()
    {
        var heard = new TaskCompletionSource();
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                var buffer = new byte[4096];
                _ = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(s_accepted, stop);
                _ = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, stop);
                heard.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var time = new FakeTimeProvider();
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(peer.Port),
            new Surroundings(time: time).Context,
            CancellationToken.None
        );

        var publishing = session.PublishAsync(MqttSessionTests.Message("a", "x", ("qos", 1)), CancellationToken.None);
        await heard.Task.WaitAsync(Surroundings.Patience);
        time.Advance(TimeSpan.FromSeconds(31));

        var failure = await Assert.ThrowsAsync<TransportException>(() => publishing.WaitAsync(Surroundings.Patience));
        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains("did not answer within 30s", failure.Message, StringComparison.Ordinal);
    }

    private static async Task EndAsync(byte[] bytes)
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(s_accepted, stop);
                await stream.WriteAsync(bytes, stop);
            }
        );
        try
        {
            var session = await ConnectAsync(peer);
            await Assert.ThrowsAsync<TransportException>(() => session.Completion.WaitAsync(Surroundings.Patience));
            await session.DisposeAsync();
        }
        catch (TransportException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }

    private static Task<ISession> ConnectAsync(ScriptedPeer peer, string version = "5.0") =>
        MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(peer.Port, ("mqtt.version", version)),
            new Surroundings().Context,
            CancellationToken.None
        );
}

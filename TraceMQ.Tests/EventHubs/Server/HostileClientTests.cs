using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs.Server;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>Clients that mean no good, or know no better: they are put out with a word, and the others are not hurt.</summary>
public sealed class HostileClientTests
{
    [Theory]
    [InlineData("474554202F20485454502F312E310D0A", "speaks HTTP")]
    [InlineData("16030100C8010000", "speaks TLS")]
    [InlineData("00000000", "does not speak AMQP")]
    [InlineData("FFFFFFFFFFFFFFFF", "does not speak AMQP")]
    [InlineData("414D515000000900", "speaks AMQP 0.9.0")]
    [InlineData("414D515002010000", "protocol id 2")]
    public async Task What_is_no_AMQP_is_told_what_would_be_and_named(string hex, string expected)
    {
        await using var hub = await LocalHubServer.StartAsync();
        using var client = await RawClient.ConnectAsync(hub.Port);

        await client.SendAsync(Convert.FromHexString(hex));

        Assert.Equal(RawClient.SaslHeader, await client.HeaderAsync());
        Assert.Contains(expected, await NoticeAsync(hub), StringComparison.Ordinal);
        await AssertWellAsync(hub);
    }

    [Theory]
    [InlineData("FFFFFFFF02000000", "announced a frame of 4294967295 bytes")]
    [InlineData("0001000102000000", "announced a frame of 65537 bytes")]
    [InlineData("0000000002000000", "lengths cannot be")]
    [InlineData("0000000702000000", "lengths cannot be")]
    [InlineData("0000000801000000", "lengths cannot be")]
    [InlineData("00000008FF000000", "lengths cannot be")]
    [InlineData("0000000802090000", "type 9")]
    [InlineData("0000000902000000FF", "goes on behind its end", "no type")]
    [InlineData("0000000B02000000005314", "goes on behind its end")]
    [InlineData("0000000C0200000000531445", "the session 0, which has not begun")]
    [InlineData("0000000C0200000000539945", "no performative")]
    [InlineData("0000000C0201000000534145", "SASL where it was over")]
    [InlineData("0000000C0200000100531145", "two sessions", null, "0000000C0200000100531145")]
    [InlineData("0000000C0200FFFF00531145", "session with the number 65535")]
    public async Task A_frame_that_may_not_be_ends_its_connection_alone(
        string hex,
        string expected,
        string? or = null,
        string? before = null
    )
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var good = await LiteClient.OpenAsync(hub);
        using var client = await RawClient.OpenAsync(hub.Port);

        if (before is not null)
            await client.SendAsync(Convert.FromHexString(before));
        await client.SendAsync(Convert.FromHexString(hex));

        var error = await client.ErrorAsync();
        Assert.NotNull(error);
        Assert.True(
            error.Description.Contains(expected, StringComparison.Ordinal)
                || (or is not null && error.Description.Contains(or, StringComparison.Ordinal)),
            error.Description
        );
        await (await good.SenderAsync("telemetry")).SendAsync(LiteClient.Event("well"));
    }

    [Fact]
    public async Task Something_else_than_an_open_to_begin_with_is_refused()
    {
        await using var hub = await LocalHubServer.StartAsync();
        using var client = await RawClient.ConnectAsync(hub.Port);
        await client.SendAsync(RawClient.AmqpHeader);
        await client.HeaderAsync();

        await client.SendAsync(new Begin { NextOutgoingId = 0 });

        Assert.Equal("amqp:connection:framing-error", (await client.ErrorAsync())?.Condition);
    }

    [Fact]
    public async Task A_SASL_mechanism_that_was_not_offered_is_refused()
    {
        await using var hub = await LocalHubServer.StartAsync();
        using var client = await RawClient.ConnectAsync(hub.Port);
        await client.SendAsync(RawClient.SaslHeader);
        await client.HeaderAsync();
        await client.FrameAsync();

        await client.SendAsync(new SaslInit { Mechanism = "GSSAPI" }, isSasl: true);

        var outcome = Assert.IsType<SaslOutcome>(await client.PerformativeAsync());
        Assert.Equal(SaslCode.Auth, outcome.Code);
        Assert.Contains("was not offered", await NoticeAsync(hub), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_messages_than_there_was_credit_for_end_the_link()
    {
        await using var hub = await LocalHubServer.StartAsync();
        using var client = await RawClient.OpenAsync(hub.Port);
        await client.AttachAsync();

        // Unfinished ones are never answered, so that their credit does not come back; an aborted one counts too.
        for (var i = 0u; i < 101; i++)
            await client.SendAsync(
                new Transfer
                {
                    Handle = 0,
                    DeliveryId = i,
                    DeliveryTag = [1],
                    Aborted = true,
                },
                []
            );

        var detach = Assert.IsType<Detach>(await client.PerformativeAsync());
        Assert.Equal("amqp:link:transfer-limit-exceeded", detach.Error.Condition);
    }

    [Fact]
    public async Task Unfinished_messages_on_many_links_are_not_gathered_without_end()
    {
        await using var hub = await LocalHubServer.StartAsync();
        using var client = await RawClient.OpenAsync(hub.Port);
        for (var handle = 0u; handle < 6; handle++)
            await client.AttachAsync(handle);

        var part = new byte[60_000];
        var sending = Task.Run(async () =>
        {
            for (var handle = 0u; handle < 6; handle++)
            {
                for (var i = 0; i < 16; i++)
                    await client.SendAsync(PartOf(handle, part));
            }
        });

        Assert.Equal("amqp:resource-limit-exceeded", (await client.ErrorAsync())?.Condition);
        await IgnoreAsync(sending);
        await AssertWellAsync(hub);
    }

    [Fact]
    public async Task Links_without_end_are_refused()
    {
        await using var hub = await LocalHubServer.StartAsync();
        using var client = await RawClient.OpenAsync(hub.Port);
        await client.AttachAsync();

        await client.SendAsync(
            new Attach
            {
                LinkName = "far",
                Handle = 256,
                Role = false,
                Target = new Target { Address = "$cbs" },
            }
        );

        Assert.Contains("handle 256", (await client.ErrorAsync())?.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_never_reads_keeps_nobody_waiting_and_little_for_itself()
    {
        await using var hub = await LocalHubServer.StartAsync(
            ("eventhubs.connection_string", ""),
            ("eventhubs.entity_path", "telemetry")
        );
        await using var good = await LiteClient.ConnectAsync(hub);
        using var client = await RawClient.OpenAsync(hub.Port);
        client.Socket.ReceiveBufferSize = 4_096;
        await client.SendAsync(
            new Begin
            {
                NextOutgoingId = 0,
                IncomingWindow = uint.MaxValue,
                OutgoingWindow = uint.MaxValue,
            }
        );
        await client.SendAsync(
            new Attach
            {
                LinkName = "greedy",
                Handle = 0,
                Role = true,
                Source = new Source { Address = "telemetry/ConsumerGroups/$Default/Partitions/0" },
                Target = new Target { Address = "nowhere" },
            }
        );
        await client.SendAsync(
            new Flow
            {
                NextIncomingId = 1,
                IncomingWindow = int.MaxValue,
                NextOutgoingId = 0,
                OutgoingWindow = 0,
                Handle = 0,
                DeliveryCount = 0,
                LinkCredit = int.MaxValue,
            }
        );
        var sender = await good.SenderAsync("telemetry/Partitions/0");
        var receiver = await good.ReceiverAsync("0");
        receiver.SetCredit(500, Amqp.CreditMode.Auto);

        var big = LiteClient.Event(new string('x', 500_000));
        for (var i = 0; i < 100; i++)
        {
            await sender.SendAsync(big);
            Assert.NotNull(await receiver.ReceiveAsync(Surroundings.Patience));
        }

        var silent = ((HubServerSession)hub.Session).Hub.Clients.First(other => other.EventsIn == 0);
        lock (silent.Gate)
        {
            Assert.InRange(silent.Output.Waiting, 0, FrameOutput.Enough + FrameReader.MaximumFrame);
            Assert.InRange(Assert.IsType<ConsumerLink>(Assert.Single(silent.Links)).NextSequence, 1, 50);
        }
    }

    [Fact]
    public async Task A_half_handshake_and_silence_are_ended_in_time()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await LocalHubServer.StartAsync("amqp://127.0.0.1:0", new Surroundings(time: time));
        using var half = await RawClient.ConnectAsync(hub.Port);
        await half.SendAsync(RawClient.SaslHeader);
        await half.HeaderAsync();
        await half.FrameAsync();
        using var silent = await RawClient.OpenAsync(hub.Port);

        var cut = half.FrameAsync();
        await LocalHubServer.PassAsync(time, cut);
        Assert.Null(await cut);
        Assert.Contains("did not finish the handshake", await NoticeAsync(hub), StringComparison.Ordinal);

        var ended = silent.ErrorAsync();
        await LocalHubServer.PassAsync(time, ended);
        Assert.Null(await ended);
        Assert.Contains("gave no sign of life", await NoticeAsync(hub), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_wants_signs_of_life_gets_them()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await LocalHubServer.StartAsync("amqp://127.0.0.1:0", new Surroundings(time: time));
        using var client = await RawClient.OpenAsync(hub.Port, new Open { ContainerId = "raw", IdleTimeOut = 20_000 });

        var next = client.FrameAsync();
        await LocalHubServer.PassAsync(time, next);

        Assert.True(await next is { Body.IsEmpty: true });
    }

    [Fact]
    public async Task A_full_list_makes_senders_wait_and_then_says_that_the_hub_is_busy()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var surroundings = new Surroundings(capacity: 1, time: time);
        await using var hub = await LocalHubServer.StartAsync("amqp://127.0.0.1:0", surroundings);
        await using var first = await LiteClient.OpenAsync(hub);
        await using var second = await LiteClient.OpenAsync(hub);
        var sender = await first.SenderAsync("telemetry");
        await sender.SendAsync(LiteClient.Event("1"));
        var waiting = sender.SendAsync(LiteClient.Event("2"));
        await Surroundings.UntilAsync(() => surroundings.Inbox.Received == 2, "the second waits");

        var busy = (await second.SenderAsync("telemetry")).SendAsync(LiteClient.Event("3"));
        await LocalHubServer.PassAsync(time, busy);
        Assert.Equal(
            "com.microsoft:server-busy",
            (await Assert.ThrowsAsync<Amqp.AmqpException>(() => busy)).Error.Condition
        );

        Assert.False(waiting.IsCompleted);
        await surroundings.NextAsync(_ => true);
        await surroundings.NextAsync(_ => true);
        await waiting.WaitAsync(Surroundings.Patience);
    }

    [Fact]
    public async Task Whatever_bytes_come_after_a_handshake_the_hub_lives_on()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await Gen
            .Byte.Array[1, 200]
            .SampleAsync(
                async bytes =>
                {
                    using var client = await RawClient.OpenAsync(hub.Port);
                    await client.SendAsync(bytes);
                    client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                    await client.ErrorAsync();
                },
                iter: 100,
                threads: 2
            );

        await AssertWellAsync(hub);
    }

    /// <summary>A part of a message that goes on, in a frame of its own.</summary>
    private static byte[] PartOf(uint handle, byte[] payload)
    {
        var buffer = new Amqp.ByteBuffer(128, autoGrow: true);
        new Transfer
        {
            Handle = handle,
            DeliveryId = handle,
            DeliveryTag = [1],
            More = true,
        }.Encode(buffer);
        var performative = buffer.Buffer.AsSpan(buffer.Offset, buffer.Length);
        var frame = new byte[8 + performative.Length + payload.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        frame[4] = 2;
        performative.CopyTo(frame.AsSpan(8));
        payload.CopyTo(frame.AsSpan(8 + performative.Length));
        return frame;
    }

    private static async Task IgnoreAsync(Task sending)
    {
        try
        {
            await sending;
        }
        catch (IOException)
        {
            // The hub has ended the connection meanwhile.
        }
    }

    private static async Task<string> NoticeAsync(LocalHubServer hub) =>
        (await hub.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience)).Text;

    /// <summary>Somebody else is served as if nothing had been.</summary>
    private static async Task AssertWellAsync(LocalHubServer hub)
    {
        await using var good = await LiteClient.OpenAsync(hub);
        await (await good.SenderAsync("telemetry")).SendAsync(LiteClient.Event("well"));
        var listed = await hub.Surroundings.NextAsync(message => message.Direction == Direction.In);
        Assert.Equal("well"u8.ToArray(), listed.Payload.ToArray());
    }
}

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Mqtt;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Demo;

namespace TraceMQ.Tests.Demo;

/// <summary>The whole of <c>--demo</c> but its screen, over real sockets.</summary>
public sealed class DemoServersTests
{
    [Fact]
    public async Task Its_profiles_are_valid_and_one_connects_by_itself()
    {
        await using var demo = await StartAsync();

        foreach (var profile in demo.Profiles)
            Assert.Empty(ProfileReader.Check(MqttProfiles.Transport, profile));
        var first = Read(demo.Profiles[0]);
        Assert.Equal("Plant A", first.Name);
        Assert.True(first.Values.Get(CommonSettings.AutoConnect));
        Assert.False(first.IsProduction);
        Assert.Equal("demo", first.Values.Get(CommonSettings.Group));
        Assert.Equal("#", Assert.Single(first.Subscriptions).Topic);
        Assert.All(demo.Profiles.Skip(1), profile => Assert.True(Read(profile).IsReadOnly));
    }

    [Fact]
    public async Task A_client_sees_the_plant_and_commands_it()
    {
        await using var demo = await StartAsync();
        var surroundings = new Surroundings();
        await using var client = await ConnectAsync(demo, surroundings);

        await surroundings.NextInAsync("telemetry/vibration");
        await client.PublishAsync(
            new OutgoingMessage { Topic = "cmd/kiln/2/set", Payload = Encoding.UTF8.GetBytes("""{"target":700}""") },
            CancellationToken.None
        );
        var answer = await surroundings.NextInAsync("cmd/kiln/2/result");

        using var json = JsonDocument.Parse(answer.Payload);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal("application/json", answer.Details.Find("content_type")?.Text);
    }

    [Fact]
    public async Task A_command_that_asks_for_it_is_answered_elsewhere_with_its_correlation()
    {
        await using var demo = await StartAsync();
        var surroundings = new Surroundings();
        await using var client = await ConnectAsync(demo, surroundings);

        await client.PublishAsync(
            new OutgoingMessage
            {
                Topic = "cmd/kiln/1/set",
                Payload = Encoding.UTF8.GetBytes("{}"),
                Options = Options(("response_topic", "answers/me"), ("correlation_data", "hex:00ff")),
            },
            CancellationToken.None
        );

        var answer = await surroundings.NextInAsync("answers/me");
        Assert.Equal("00ff", Convert.ToHexStringLower(answer.Details.Find("correlation_data")!.Value.Bytes.Span));
    }

    [Fact]
    public async Task Who_comes_later_gets_the_retained_state_and_the_big_document()
    {
        await using var demo = await StartAsync();
        var early = new Surroundings();
        await using (await ConnectAsync(demo, early))
            await early.NextInAsync("telemetry/vibration");

        var surroundings = new Surroundings();
        await using var client = await ConnectAsync(demo, surroundings);

        var report = await surroundings.NextAsync(message => message.Topic == "reports/daily");
        Assert.True(report.IsReplayed);
        Assert.InRange(report.Payload.Length, 180_000, 240_000);
    }

    [Fact]
    public async Task Its_end_ends_everything_and_twice_is_harmless()
    {
        var demo = await StartAsync();
        var surroundings = new Surroundings();
        await using var client = await ConnectAsync(demo, surroundings);

        await demo.DisposeAsync();
        await demo.DisposeAsync();

        await Assert.ThrowsAsync<TransportException>(() => client.Completion.WaitAsync(Surroundings.Patience));
        await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(demo, new Surroundings()));
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DemoServers.StartAsync(
                MqttProfiles.Transport,
                TimeProvider.System,
                NullLoggerFactory.Instance,
                cancelled.Token
            )
        );
    }

    private static Task<DemoServers> StartAsync() =>
        DemoServers.StartAsync(
            MqttProfiles.Transport,
            TimeProvider.System,
            NullLoggerFactory.Instance,
            CancellationToken.None
        );

    private static async Task<ISession> ConnectAsync(DemoServers demo, Surroundings surroundings)
    {
        var session = await MqttProfiles.Transport.ConnectAsync(
            Read(demo.Profiles[0]),
            surroundings.Context,
            CancellationToken.None
        );
        await session.SubscribeAsync(new Subscription("#"), null, CancellationToken.None);
        return session;
    }

    private static Profile Read(RawProfile raw)
    {
        var profile = ProfileReader.Read(MqttProfiles.Transport, raw, out var problems);
        Assert.Empty(problems);
        return profile!;
    }

    private static SettingValues Options(params (string Key, object Value)[] values) =>
        values.Aggregate(
            SettingValues.Empty,
            (options, next) =>
                options.WithObject(
                    MqttProfiles.Transport.PublishSettings.First(setting => setting.Key == next.Key),
                    next.Value
                )
        );
}

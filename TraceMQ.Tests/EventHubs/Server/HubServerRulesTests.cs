using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Server;

public sealed class HubServerRulesTests
{
    [Theory]
    [InlineData("amqp://127.0.0.1/hub", "url", "has a path")]
    [InlineData("amqp+ws://127.0.0.1/mqtt", "url", "$servicebus/websocket")]
    [InlineData("amqps://127.0.0.1", "tls.certificate_file", "certificate")]
    public void An_address_that_clients_would_not_find_is_refused(string url, string key, string expected) =>
        AssertProblem(LocalHubServer.ProblemsOf(url), key, expected);

    [Theory]
    [InlineData("eventhubs.connection_string", "nonsense", "eventhubs.connection_string", "NAME=VALUE")]
    [InlineData(
        "eventhubs.connection_string",
        "Endpoint=sb://h/;SharedAccessSignature=x;EntityPath=hub",
        "eventhubs.connection_string",
        "needs the key"
    )]
    [InlineData("eventhubs.connection_string", "Endpoint=sb://h/", "eventhubs.entity_path", "has no name")]
    [InlineData("eventhubs.entity_path", "other", "eventhubs.entity_path", "names another hub, telemetry")]
    [InlineData("eventhubs.consumer_groups", "a/b", "eventhubs.consumer_groups", "without a slash")]
    [InlineData("eventhubs.retention_bytes", "64KB", "eventhubs.retention_bytes", "largest message")]
    [InlineData("eventhubs.partition_count", "0", "eventhubs.partition_count", "from 1 to 100")]
    [InlineData("subscribe", "0", "subscribe", "leave it out")]
    public void What_a_hub_cannot_honour_is_said(string key, string value, string problemKey, string expected) =>
        AssertProblem(LocalHubServer.ProblemsOf("amqp://127.0.0.1", (key, value)), problemKey, expected);

    [Fact]
    public void A_hub_without_a_key_needs_a_name_only()
    {
        var profile = LocalHubServer.ProfileOf(
            "amqp://127.0.0.1",
            ("eventhubs.connection_string", ""),
            ("eventhubs.entity_path", "telemetry"),
            ("eventhubs.consumer_groups", "a,b")
        );

        Assert.Equal(TopicUse.None, LocalHubServer.Transport.SubscribeTopic(profile));
        Assert.Equal(TopicUse.Optional, LocalHubServer.Transport.PublishTopic(profile));
    }

    [Fact]
    public void A_key_is_never_in_a_problem()
    {
        var problems = LocalHubServer.ProblemsOf(
            "amqp://127.0.0.1",
            (
                "eventhubs.connection_string",
                "Endpoint=sb://h/;SharedAccessKeyName=a;SharedAccessKey=c2VjcmV0;SharedAccessKey=c2VjcmV0"
            )
        );

        AssertProblem(problems, "eventhubs.connection_string", "twice");
        Assert.DoesNotContain(problems, problem => problem.Sentence.Contains("c2Vj", StringComparison.Ordinal));
    }

    private static void AssertProblem(IReadOnlyList<SettingProblem> problems, string key, string expected) =>
        Assert.Contains(
            problems,
            problem => problem.Key == key && problem.Sentence.Contains(expected, StringComparison.Ordinal)
        );
}

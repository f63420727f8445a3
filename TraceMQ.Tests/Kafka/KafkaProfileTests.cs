using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Kafka;

public sealed class KafkaProfileTests
{
    private const string Hub =
        "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=c2VjcmV0;EntityPath=telemetry";

    [Theory]
    [InlineData("tls.server_name", "broker", "url must name the broker as its certificate does")]
    [InlineData("tls.min_version", "1.3", "it accepts TLS 1.2 and newer")]
    [InlineData("kafka.sasl_mechanism", "SCRAM-SHA-256", "set auth.username and auth.password too")]
    [InlineData("kafka.sasl_mechanism", "GSSAPI", "write one of")]
    [InlineData("kafka.partitions", "first", "write numbers as texts")]
    [InlineData("kafka.start", "sequence:3", "write one of earliest, latest, last:N, offset:N")]
    [InlineData("auth.username", "me", "belong together")]
    [InlineData("tls.ca_file", "ca.pem", "no address in url uses TLS")]
    [InlineData("subscribe", "a/b", "number of a partition")]
    [InlineData("subscribe", "a b", "letters, digits")]
    [InlineData("kafka.lag", "a", "did you mean kafka.lag_of?")]
    public void What_cannot_be_honoured_is_said(string key, string value, string words)
    {
        var problem = Assert.Single(KafkaProfiles.ProblemsOf(("url", "kafka://localhost"), (key, value)));

        Assert.Equal(key, problem.Key);
        Assert.Contains(words, problem.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kafka://localhost/topic", "has a path")]
    [InlineData("kafka://a,kafkas://b", "spoken to the same way")]
    [InlineData("kafka://a:0", "port 0")]
    [InlineData("mqtt://a", "not a scheme")]
    public void An_address_that_cannot_be_is_said(string url, string words)
    {
        var problem = Assert.Single(KafkaProfiles.ProblemsOf(("url", url)));

        Assert.Contains(words, problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_stands_for_address_and_user()
    {
        var profile = KafkaProfiles.Of(("kafka.connection_string", Hub));

        var way = Transport.Kafka.KafkaWay.Of(profile);

        Assert.Equal("kafkas://ns.servicebus.windows.net:9093", way.Brokers[0].ToString());
        Assert.Equal("$ConnectionString", way.Username);
        Assert.Equal(Hub, way.Password.Reveal());
        Assert.Equal("PLAIN", way.Mechanism);
    }

    [Fact]
    public void The_emulator_is_spoken_to_without_TLS()
    {
        var profile = KafkaProfiles.Of(
            (
                "kafka.connection_string",
                "Endpoint=sb://127.0.0.1;SharedAccessKeyName=a;SharedAccessKey=Yg==;UseDevelopmentEmulator=true"
            )
        );

        Assert.Equal("kafka://127.0.0.1:9092", Transport.Kafka.KafkaWay.Of(profile).Brokers[0].ToString());
    }

    [Theory]
    [InlineData("url", "kafka://a", "keep one of them")]
    [InlineData("auth.username", "me", "keep one of them")]
    [InlineData("kafka.sasl_mechanism", "PLAIN", "leave it out")]
    public void What_a_connection_string_says_already_is_not_said_twice(string key, string value, string words)
    {
        var problems = KafkaProfiles.ProblemsOf(("kafka.connection_string", Hub), (key, value));

        Assert.Contains(
            problems,
            problem => problem.Key == key && problem.Sentence.Contains(words, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_wrong_connection_string_is_said_without_its_key()
    {
        var problem = Assert.Single(
            KafkaProfiles.ProblemsOf(("kafka.connection_string", "SharedAccessKeyName=a;SharedAccessKey=c2VjcmV0"))
        );

        Assert.Contains("names no Endpoint", problem.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_address_there_is_nothing_to_connect_to() =>
        Assert.Equal("url", Assert.Single(KafkaProfiles.ProblemsOf(("group", "x"))).Key);

    [Theory]
    [InlineData("read_only", "true", "kafka.consumer_group")]
    [InlineData("kafka.partitions", "1", "kafka.partitions")]
    [InlineData("kafka.start", "last:5", "kafka.start")]
    [InlineData("subscribe", "topic/2", "subscribe")]
    public void A_consumer_group_does_not_go_with_everything(string key, string value, string problemKey)
    {
        var problem = Assert.Single(
            KafkaProfiles.ProblemsOf(("url", "kafka://a"), ("kafka.consumer_group", "g"), (key, value))
        );

        Assert.Equal(problemKey, problem.Key);
    }

    [Fact]
    public void Only_a_consumer_group_leaves_something_behind()
    {
        var transport = KafkaProfiles.Transport;
        Assert.Empty(transport.LeavesBehind(KafkaProfiles.At(9092)));

        var left = Assert.Single(transport.LeavesBehind(KafkaProfiles.At(9092, ("kafka.consumer_group", "billing"))));

        Assert.Contains("committed offsets of the consumer group billing", left, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url", "kafka://127.0.0.1:9092")]
    [InlineData("auth.username", "me")]
    [InlineData("tls.ca_file", "ca.pem")]
    [InlineData("kafka.consumer_group", "g")]
    [InlineData("kafka.start", "latest")]
    [InlineData("subscribe", "a")]
    public void The_test_broker_takes_none_of_a_clients_settings(string key, string value)
    {
        var problem = Assert.Single(KafkaProfiles.ProblemsOf(("mode", "server"), (key, value)));

        Assert.Equal(key, problem.Key);
        Assert.Contains("leave it out", problem.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payments", "payments", true)]
    [InlineData("payments", "payments2", false)]
    [InlineData("payments/3", "payments", true)]
    [InlineData("payments/3", "payments/3", true)]
    [InlineData("payments/3", "payments/4", false)]
    [InlineData("payments", "payments/4", true)]
    [InlineData("pay/3", "payments", false)]
    public void A_topic_matches_its_partitions(string pattern, string topic, bool matches) =>
        Assert.Equal(matches, KafkaProfiles.Transport.Topics.Matches(pattern, topic));

    [Theory]
    [InlineData("a.b_c-D1", null)]
    [InlineData("a/0", null)]
    [InlineData("", "empty")]
    [InlineData("a/", "number of a partition")]
    [InlineData("a/-1", "number of a partition")]
    [InlineData("a/99999999999", "number of a partition")]
    [InlineData("/1", "1 to 249")]
    [InlineData("..", "1 to 249")]
    [InlineData("a*", "letters, digits")]
    public void A_topic_is_checked(string topic, string? words)
    {
        var problem = KafkaProfiles.Transport.Topics.Validate(topic);

        if (words is null)
            Assert.Null(problem);
        else
            Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_of_a_profile_is_one_of_its_settings_kinds() =>
        Assert.Equal(
            ["auth.password", "tls.private_key_password", "kafka.connection_string"],
            KafkaProfiles
                .Transport.ProfileSettings.Where(setting => setting.Kind == SettingKind.Secret)
                .Select(setting => setting.Key)
        );
}

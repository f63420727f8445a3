using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

public sealed class MqttProfileTests
{
    [Theory]
    [InlineData("mqtt.user_properties", "mqtt.version=3.1.1", "mqtt.user_properties=team=ops")]
    [InlineData("mqtt.session_expiry", "mqtt.version=3.1.1", "mqtt.session_expiry=1h")]
    [InlineData("mqtt.client_id", "mqtt.version=3.1", "mqtt.client_id=a-name-of-24-characters--")]
    [InlineData("auth.password", "mqtt.version=3.1.1", "auth.password=s3cret")]
    [InlineData("mqtt.clean_session", "mqtt.clean_session=false")]
    [InlineData("mqtt.clean_session", "mqtt.clean_session=false", "mqtt.client_id=me", "read_only=true")]
    [InlineData("mqtt.session_expiry", "mqtt.session_expiry=1h", "read_only=true")]
    [InlineData("subscribe", "subscribe=$share/g/a", "read_only=true")]
    [InlineData("mqtt.keep_alive", "mqtt.keep_alive=1500ms")]
    [InlineData("url", "url=mqtt://localhost/path")]
    [InlineData("mqtt.version", "mode=server", "mqtt.version=5.0")]
    [InlineData("mqtt.clean_session", "mode=server", "mqtt.clean_session=true")]
    [InlineData("subscribe", "mode=server", "subscribe=a")]
    [InlineData("auth.username", "mode=server", "auth.password=s3cret")]
    [InlineData("tls.ca_file", "tls.ca_file=ca.pem")]
    [InlineData("production", "production=${env:PROD}")]
    [InlineData("read_only", "read_only=${env:RO}")]
    [InlineData("mqtt.will.qos", "mqtt.will.qos=1")]
    [InlineData("mqtt.will.topic", "mqtt.will.topic=a/#")]
    [InlineData("mqtt.will.topic", "mqtt.will.topic=gone", "read_only=true")]
    [InlineData("mqtt.will.topic", "mqtt.will.topic=gone", "mode=server")]
    [InlineData("mqtt.will.delay", "mqtt.will.topic=gone", "mqtt.will.delay=5s", "mqtt.version=3.1.1")]
    [InlineData("mqtt.will.delay", "mqtt.will.topic=gone", "mqtt.will.delay=500ms")]
    [InlineData("mqtt.receive_maximum", "mqtt.receive_maximum=10", "mqtt.version=3.1.1")]
    [InlineData("mqtt.receive_maximum", "mqtt.receive_maximum=0")]
    [InlineData("mqtt.maximum_packet_size", "mqtt.maximum_packet_size=1GB")]
    [InlineData("url", "url=mqtts://localhost/path")]
    [InlineData("tls.certificate_file", "url=mqtts://localhost", "mode=server")]
    public void What_cannot_be_honoured_is_an_error_of_its_key(string key, params string[] settings)
    {
        var problem = Assert.Single(ProblemsOf(settings));

        Assert.Equal(key, problem.Key);
        Assert.NotEmpty(problem.Sentence);
        Assert.DoesNotContain("s3cret", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subscription_setting_of_5_0_is_an_error_on_3_1_1()
    {
        var profile = MqttProfiles.Of("mqtt://localhost", ("mqtt.version", "3.1.1")) with
        {
            Subscriptions = [MqttSessionTests.Subscription("a", ("no_local", true))],
        };

        var problem = Assert.Single(MqttProfiles.Transport.Check(profile));

        Assert.Equal("subscribe", problem.Key);
        Assert.Contains("no_local of \"a\" needs", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void No_local_on_a_shared_subscription_is_an_error_of_its_own()
    {
        var profile = MqttProfiles.Of("mqtt://localhost") with
        {
            Subscriptions = [MqttSessionTests.Subscription("$share/g/a", ("no_local", true))],
        };

        var problem = Assert.Single(MqttProfiles.Transport.Check(profile));

        Assert.Equal("subscribe", problem.Key);
        Assert.Contains("no_local", problem.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt.version=5.0", "auth.password=s3cret")]
    [InlineData("mqtt.version=3.1", "mqtt.client_id=a-name-of-23-characters")]
    [InlineData("mqtt.clean_session=true", "mqtt.session_expiry=1h", "mqtt.keep_alive=0s")]
    [InlineData("mode=server", "auth.username=a", "auth.password=b", "url=mqtt://127.0.0.1,tcp://127.0.0.1:0")]
    public void What_can_be_honoured_is_no_error(params string[] settings) => Assert.Empty(ProblemsOf(settings));

    [Theory]
    [InlineData("")]
    [InlineData("a session that the broker keeps for 1h", "mqtt.client_id=me", "mqtt.clean_session=false")]
    [InlineData("a session that the broker keeps for 5m", "mqtt.session_expiry=5m")]
    [InlineData(
        "a session that the broker keeps,",
        "mqtt.version=3.1.1",
        "mqtt.client_id=me",
        "mqtt.clean_session=false"
    )]
    [InlineData("the shared subscription $share/g/a", "subscribe=$share/g/a")]
    public void What_a_connection_leaves_behind_is_said_before_it_is_made(string words, params string[] settings)
    {
        var left = MqttProfiles.Transport.LeavesBehind(MqttProfiles.Of("mqtt://localhost", Pairs(settings)));

        if (words.Length == 0)
            Assert.Empty(left);
        else
            Assert.Contains(words, Assert.Single(left), StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_of_protocols_knows_it_by_name_and_by_scheme()
    {
        Assert.Same(MqttProfiles.Transport, Transports.FindByScheme("MQTT"));
        Assert.Null(Transports.FindByScheme("ssl"));
        Assert.Same(MqttProfiles.Transport, Transports.FindByScheme("mqtts"));
        Assert.Null(Transports.Find("gopher"));
        Assert.Contains(MqttProfiles.Transport, Transports.All);
    }

    private static IReadOnlyList<SettingProblem> ProblemsOf(string[] settings) =>
        MqttProfiles.ProblemsOf(Pairs(settings));

    private static (string, string)[] Pairs(string[] settings) =>
        [
            .. settings.Select(setting =>
            {
                var equals = setting.IndexOf('=', StringComparison.Ordinal);
                return (setting[..equals], setting[(equals + 1)..]);
            }),
        ];
}

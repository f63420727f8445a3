using CsCheck;
using TraceMQ.Transport.Mqtt;

namespace TraceMQ.Tests.Mqtt;

public sealed class MqttTopicsTests
{
    private static readonly MqttTopics s_topics = new();

    // Few letters, so that patterns and topics meet often.
    private static readonly Gen<string> s_topicLevel = Gen.OneOf<string>("", "a", "b", "ab", "$SYS", "$x");
    private static readonly Gen<string> s_patternLevel = Gen.OneOf<string>("", "a", "b", "ab", "$SYS", "+", "+", "#");
    private static readonly Gen<string> s_topic = s_topicLevel.Array[1, 5].Select(levels => string.Join('/', levels));
    private static readonly Gen<string> s_pattern = s_patternLevel
        .Array[1, 5]
        .Select(levels => string.Join('/', levels))
        .Where(pattern => new MqttTopics().ValidatePattern(pattern) is null);

    [Fact]
    public void Matching_agrees_with_the_specification_read_naively() =>
        Gen.Select(s_pattern, s_topic)
            .Sample(
                (pattern, topic) => s_topics.Matches(pattern, topic) == MatchesNaively(pattern, topic),
                iter: 100_000
            );

    [Fact]
    public void A_shared_subscription_matches_what_its_topic_matches() =>
        Gen.Select(s_pattern, s_topic)
            .Sample(
                (pattern, topic) =>
                    s_topics.Matches("$share/group/" + pattern, topic) == s_topics.Matches(pattern, topic),
                iter: 20_000
            );

    [Fact]
    public void A_topic_matches_itself_and_the_pattern_below_it() =>
        s_topic
            .Where(topic => topic.Length > 0)
            .Sample(
                topic => s_topics.Matches(topic, topic) && s_topics.Matches(s_topics.Below(topic), topic + "/x/y"),
                iter: 20_000
            );

    [Theory]
    [InlineData("sport/tennis/#", "sport/tennis", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/b", "A/b", false)]
    public void The_examples_of_the_specification_hold(string pattern, string topic, bool expected) =>
        Assert.Equal(expected, s_topics.Matches(pattern, topic));

    [Theory]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("a//b")]
    [InlineData("$SYS/x")]
    [InlineData("Grüße/🙂")]
    public void A_topic_may_hold_empty_levels_and_any_letter(string topic)
    {
        Assert.Null(s_topics.Validate(topic));
        Assert.Null(s_topics.ValidatePattern(topic));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    [InlineData("a/#")]
    [InlineData("a\0b")]
    public void A_topic_to_send_to_cannot_be_empty_or_hold_wildcards_or_nul(string topic) =>
        Assert.NotNull(s_topics.Validate(topic));

    // Not inline data: the runner writes half a character as a replacement character.
    [Fact]
    public void A_topic_with_half_a_character_is_refused()
    {
        Assert.NotNull(s_topics.Validate("a" + (char)0xD800 + "b"));
        Assert.NotNull(s_topics.ValidatePattern("a/" + (char)0xDC00));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    [InlineData("a#")]
    [InlineData("a+/b")]
    [InlineData("#/")]
    [InlineData("$share/")]
    [InlineData("$share/g")]
    [InlineData("$share/g/")]
    [InlineData("$share//a")]
    [InlineData("$share/+/a")]
    [InlineData("$share/g/a/#/b")]
    [InlineData("a\0")]
    public void A_pattern_with_misplaced_wildcards_or_half_a_share_is_refused(string pattern) =>
        Assert.NotNull(s_topics.ValidatePattern(pattern));

    [Fact]
    public void A_topic_may_be_65535_bytes_long_and_no_more()
    {
        Assert.Null(s_topics.Validate(new string('a', 65_535)));
        Assert.NotNull(s_topics.Validate(new string('a', 65_536)));
        Assert.NotNull(s_topics.Validate(new string('ü', 32_768)));
        Assert.Null(s_topics.ValidatePattern(new string('ü', 32_767)));
    }

    private static bool MatchesNaively(string pattern, string topic)
    {
        if (topic.StartsWith('$') && pattern.Length > 0 && (pattern[0] == '+' || pattern[0] == '#'))
            return false;
        return MatchLevels(pattern.Split('/'), topic.Split('/'));
    }

    private static bool MatchLevels(string[] pattern, string[] topic)
    {
        if (pattern.Length == 0)
            return topic.Length == 0;
        if (pattern[0] == "#")
            return true;
        if (topic.Length == 0)
            return false;
        return (pattern[0] == "+" || pattern[0] == topic[0]) && MatchLevels(pattern[1..], topic[1..]);
    }
}

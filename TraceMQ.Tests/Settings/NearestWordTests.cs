using CsCheck;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class NearestWordTests
{
    private static readonly string[] s_keys = ["read_only", "production", "url", "mqtt.keep_alive", "mqtt.client_id"];

    [Theory]
    [InlineData("reed_only", "read_only")]
    [InlineData("urll", "url")]
    [InlineData("mqtt.keepalive", "mqtt.keep_alive")]
    [InlineData("read_only", "read_only")]
    public void A_typing_error_is_understood(string word, string expected) =>
        Assert.Equal(expected, NearestWord.Find(word, s_keys));

    [Theory]
    [InlineData("colour")]
    [InlineData("ab")]
    [InlineData("")]
    public void What_is_like_nothing_finds_nothing(string word) => Assert.Null(NearestWord.Find(word, s_keys));

    [Fact]
    public void A_text_of_any_length_costs_little() =>
        Assert.Null(NearestWord.Find(new string('x', 1_000_000), s_keys));

    [Fact]
    public void A_word_is_always_nearest_to_itself() =>
        Gen.String[Gen.Char.AlphaNumeric, 1, 20]
            .Array[1, 8]
            .Sample(words => NearestWord.Find(words[0], words.Reverse()) == words[0]);
}

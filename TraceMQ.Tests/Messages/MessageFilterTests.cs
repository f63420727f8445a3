using System.Text;
using CsCheck;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class MessageFilterTests
{
    private static readonly SlashTopics s_topics = new();

    [Theory]
    [InlineData("", true)]
    [InlineData("kiln", true)]
    [InlineData("KILN", true)]
    [InlineData("celsius", true)]
    [InlineData("kiln CELSIUS", true)]
    [InlineData("kiln missing", false)]
    [InlineData("!missing", true)]
    [InlineData("kiln !celsius", false)]
    [InlineData("!kiln", false)]
    [InlineData("\"is a phrase\"", true)]
    [InlineData("\"a  phrase\"", false)]
    [InlineData("!\"a phrase\"", false)]
    [InlineData("\"\\\"celsius\\\":812\"", true)]
    [InlineData("topic:sensors/+/1", true)]
    [InlineData("topic:sensors/#", true)]
    [InlineData("topic:sensors", false)]
    [InlineData("!topic:sensors/#", false)]
    [InlineData("topic:\"sensors/kiln/1\"", true)]
    [InlineData("/cel[a-z]+us/", true)]
    [InlineData("/CELSIUS/", false)]
    [InlineData("/(?i)CELSIUS/", true)]
    [InlineData("/kiln\\/1$/", true)]
    [InlineData("/a phrase/ kiln", true)]
    [InlineData("!/celsius/", false)]
    [InlineData("\"(x>1)\"", true)]
    [InlineData("ÄÖ", true)]
    [InlineData("grüße", true)]
    [InlineData("GRÜSSE", false)]
    [InlineData("a\"b", false)]
    [InlineData("sand notes", false)]
    public void An_expression_means_what_the_contract_says(string expression, bool expected)
    {
        var payload = Encoding.UTF8.GetBytes("{\"celsius\":812.4} this is a phrase (x>1) äö GRÜßE");

        Assert.Equal(expected, Filter(expression).Matches(s_topics, "sensors/kiln/1", payload));
    }

    [Theory]
    [InlineData("a > b", "quote it: \">\"")]
    [InlineData("celsius>800", "quote it: \"celsius>800\"")]
    [InlineData("qos=1", "quote it: \"qos=1\"")]
    [InlineData("(a", "quote it: \"(a\"")]
    [InlineData("a and b", "quote it: \"and\"")]
    [InlineData("a OR b", "quote it: \"OR\"")]
    [InlineData("not", "quote it: \"not\"")]
    [InlineData("!not", "quote it: \"not\"")]
    [InlineData("\"open", "closing quote")]
    [InlineData("\"\"", "nothing between the quotes")]
    [InlineData("\"a\"b", "space behind the closing quote")]
    [InlineData("!", "behind the !")]
    [InlineData("! a", "behind the !")]
    [InlineData("!!a", "one !")]
    [InlineData("/status", "quote it: \"/status\"")]
    [InlineData("/[/", "not a regular expression")]
    [InlineData("topic:", "directly behind topic:")]
    [InlineData("topic:a##", "# stands alone")]
    public void An_expression_that_is_wrong_says_what_to_write(string expression, string part)
    {
        var parse = MessageFilter.Parse(expression, [s_topics]);

        Assert.Null(parse.Filter);
        Assert.Contains(part, parse.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Greater_than_is_a_wildcard_behind_topic() =>
        Assert.NotNull(MessageFilter.Parse("topic:orders.>", []).Filter);

    [Fact]
    public void More_conditions_than_fit_are_an_error() =>
        Assert.Contains("32", MessageFilter.Parse(string.Join(' ', Enumerable.Repeat("a", 33)), []).Problem);

    [Fact]
    public void A_regular_expression_that_explodes_is_taken_as_not_matching_and_counted()
    {
        var filter = Filter("/^(?=(a+)+$)x/");

        Assert.False(filter.Matches(null, "t", Encoding.UTF8.GetBytes(new string('a', 40) + "!")));
        Assert.Equal(1, filter.TimedOut);
    }

    [Fact]
    public void A_regular_expression_that_explodes_again_and_again_is_given_up()
    {
        var filter = Filter("/^(?=(a+)+$)/");
        var hostile = Encoding.UTF8.GetBytes(new string('a', 40) + "!");
        for (var i = 0; i < FilterTerm.MostTimeouts; i++)
            Assert.False(filter.Matches(null, "t", hostile));

        // It would match, but nobody waits for it any more.
        Assert.False(filter.Matches(null, "t", "aaa"u8));
        Assert.Equal(FilterTerm.MostTimeouts + 1, filter.TimedOut);
    }

    [Fact]
    public void Any_bytes_are_safe_to_search()
    {
        var filters = new[] { "ü", "a", "/./", "!b" }.Select(Filter).ToArray();
        Gen.Byte.Array[0, 300]
            .Sample(bytes =>
            {
                foreach (var filter in filters)
                    filter.Matches(null, "t", bytes);
            });
    }

    [Fact]
    public void Searching_bytes_agrees_with_searching_the_text()
    {
        var letters = new[] { "a", "A", "b", "B", "x", "é", "É", "ß", "😀", "k", " ", "1", "日" };
        var alphabet = Gen.Int[0, letters.Length - 1].Select(i => letters[i]);
        var texts = Gen.Select(alphabet.Array[1, 5], alphabet.Array[0, 80], Gen.Int[0, 40]);
        texts.Sample(
            (needle, text, padding) =>
            {
                var wanted = string.Concat(needle);
                var whole = new string('-', padding) + string.Concat(text);
                Assert.Equal(
                    whole.Contains(wanted, StringComparison.OrdinalIgnoreCase),
                    new TextNeedle(wanted).IsIn(Encoding.UTF8.GetBytes(whole))
                );
            },
            iter: 5000
        );
    }

    [Fact]
    public void A_text_across_the_windows_of_a_large_payload_is_found()
    {
        for (var shift = -8; shift <= 8; shift++)
        {
            var text = new string('é', ((64 << 10) / 2) + shift) + "ÄNDERUNG" + new string('é', 50_000);
            Assert.True(new TextNeedle("änderung").IsIn(Encoding.UTF8.GetBytes(text)));
        }
    }

    private static MessageFilter Filter(string expression) =>
        MessageFilter.Parse(expression, [s_topics]) is { Filter: { } filter }
            ? filter
            : throw new InvalidOperationException(MessageFilter.Parse(expression, [s_topics]).Problem);
}

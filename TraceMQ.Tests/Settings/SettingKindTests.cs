using CsCheck;
using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class SettingKindTests
{
    private static readonly Setting<string> s_text = Setting.Text(
        "a.text_of_it",
        "Help.",
        check: value => value == "bad" ? "it must not be bad" : null
    );
    private static readonly Setting<string> s_long = Setting.LongText("a.long", "Help.");
    private static readonly Setting<string> s_file = Setting.File("a.file", "Help.");
    private static readonly Setting<Secret> s_hidden = Setting.Hidden("a.hidden", "Help.");
    private static readonly Setting<string> s_choice = Setting.Choice("a.choice", "Help.", "One", "One", "Two");
    private static readonly Setting<long> s_number = Setting.Number("a.number", "Help.", 3, -5, 100);
    private static readonly Setting<bool> s_flag = Setting.Flag("a.flag", "Help.");
    private static readonly Setting<TimeSpan> s_duration = Setting.Duration(
        "a.duration",
        "Help.",
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromHours(1)
    );
    private static readonly Setting<long> s_size = Setting.Size("a.size", "Help.", 1 << 20, 16, 1 << 30);
    private static readonly Setting<IReadOnlyList<string>> s_list = Setting.TextList("a.list", "Help.");
    private static readonly Setting<IReadOnlyList<Header>> s_map = Setting.Map("a.map", "Help.");
    private static readonly Setting<IReadOnlyList<Subscription>> s_subscriptions = Setting.Subscriptions(
        "subscribe",
        "Help.",
        new FakeTopics(),
        [FakeTransport.Qos, FakeTransport.Retain]
    );

    [Fact]
    public void A_setting_says_what_it_is()
    {
        Assert.Equal("text of it", s_text.Label);
        Assert.Equal("a.text_of_it", s_text.ToString());
        Assert.Equal(
            ["", "One", "3", "false", "5s", "1MB"],
            DefaultsOf(s_text, s_choice, s_number, s_flag, s_duration, s_size)
        );
        Assert.True(s_hidden.IsSecret);
        Assert.False(s_text.IsSecret);
        Assert.Equal(["One", "Two"], s_choice.Choices);
        Assert.Equal(["0", "1", "2"], Setting.Number("qos", "Help.", 0, 0, 2).Choices);
        Assert.Empty(s_number.Choices);
    }

    [Fact]
    public void Texts_take_texts_of_one_line_that_pass_their_check()
    {
        Assert.Equal("x", Parsed(s_text, new RawValue.Text("x")));
        Assert.Equal("a\nb", Parsed(s_long, new RawValue.Text("a\nb")));
        AssertWrong("in quotes", s_text, new RawValue.Number(1));
        AssertWrong("one line", s_text, new RawValue.Text("a\nb"));
        AssertWrong("one line", s_file, new RawValue.Text("a\rb"));
        AssertWrong("NUL", s_file, new RawValue.Text("a\0b"));
        AssertWrong("must not be bad", s_text, new RawValue.Text("bad"));
        AssertWrong("in quotes", s_hidden, new RawValue.Flag(Value: true));
    }

    [Fact]
    public void A_choice_takes_its_words_in_either_case_and_names_them_otherwise()
    {
        Assert.Equal("Two", Parsed(s_choice, new RawValue.Text("tWO")));
        AssertWrong("\"One\", \"Two\"", s_choice, new RawValue.Text("three"));
        AssertWrong("\"One\", \"Two\"", s_choice, new RawValue.Number(1));
    }

    [Fact]
    public void Numbers_stay_in_their_range_and_are_texts_only_where_nothing_else_can_be_written()
    {
        Assert.Equal(-5L, Parsed(s_number, new RawValue.Number(-5)));
        Assert.Equal(100L, Parsed(s_number, Untyped("100")));
        AssertWrong("from -5 to 100", s_number, new RawValue.Number(101));
        AssertWrong("from -5 to 100", s_number, Untyped("-6"));
        AssertWrong("whole number", s_number, new RawValue.Text("7"));
        AssertWrong("whole number", s_number, new RawValue.Fraction(7.5));
        AssertWrong("whole number", s_number, Untyped("99999999999999999999"));
    }

    [Fact]
    public void Flags_take_the_words_of_a_command_line_only_from_there()
    {
        Assert.Equal(true, Parsed(s_flag, new RawValue.Flag(Value: true)));
        Assert.All(["true", "yes", "on", "1"], word => Assert.Equal(true, Parsed(s_flag, Untyped(word))));
        Assert.All(["false", "no", "off", "0"], word => Assert.Equal(false, Parsed(s_flag, Untyped(word))));
        AssertWrong("true or false", s_flag, new RawValue.Text("true"));
        AssertWrong("true or false", s_flag, Untyped("maybe"));
    }

    [Fact]
    public void Durations_and_sizes_stay_in_their_ranges()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), Parsed(s_duration, new RawValue.Text("5m")));
        AssertWrong("from 100ms to 1h", s_duration, new RawValue.Text("99ms"));
        AssertWrong("from 100ms to 1h", s_duration, new RawValue.Text("1d"));
        AssertWrong("write a duration", s_duration, new RawValue.Number(5));
        Assert.Equal(4096L, Parsed(s_size, new RawValue.Text("4KB")));
        Assert.Equal(17L, Parsed(s_size, new RawValue.Number(17)));
        AssertWrong("from 16B to 1GB", s_size, new RawValue.Number(15));
        AssertWrong("write a size", s_size, new RawValue.Text("big"));
    }

    [Fact]
    public void Lists_and_maps_are_written_in_toml_or_on_one_line()
    {
        Assert.Equal(["a", "b c"], (IReadOnlyList<string>)Parsed(s_list, Untyped("a, b c ,,")));
        Assert.Equal(["a, b"], (IReadOnlyList<string>)Parsed(s_list, new RawValue.Text("a, b")));
        Assert.Equal(["a"], (IReadOnlyList<string>)Parsed(s_list, new RawValue.List([new RawValue.Text("a")])));
        AssertWrong("list of texts", s_list, new RawValue.List([new RawValue.Number(1)]));
        Assert.Equal(
            [new Header("a", "1"), new Header("b", "x=y")],
            (IReadOnlyList<Header>)Parsed(s_map, Untyped("a = 1, b=x=y"))
        );
        AssertWrong("name=value", s_map, Untyped("=1"));
        AssertWrong("names with texts", s_map, new RawValue.Text("a=1"));
    }

    [Fact]
    public void Subscriptions_are_topics_or_tables_with_their_own_settings()
    {
        var table = Table(("topic", new RawValue.Text("b")), ("qos", new RawValue.Number(1)));
        var both =
            (IReadOnlyList<Subscription>)Parsed(s_subscriptions, new RawValue.List([new RawValue.Text("a/#"), table]));

        Assert.Equal(["a/#", "b"], both.Select(item => item.Topic));
        Assert.Equal([0L, 1L], both.Select(item => item.Options.Get(FakeTransport.Qos)));
        AssertWrong("in quotes, or a table", s_subscriptions, new RawValue.Number(1));
        AssertWrong("in quotes, or a table", s_subscriptions, Table(("qos", new RawValue.Number(1))));
        AssertWrong(
            "there are qos, retain",
            s_subscriptions,
            Table(("topic", new RawValue.Text("b")), ("quos", new RawValue.Number(1)))
        );
        AssertWrong(
            "qos: it must be from 0 to 2",
            s_subscriptions,
            Table(("topic", new RawValue.Text("b")), ("qos", new RawValue.Number(3)))
        );
        AssertWrong("at least one character", s_subscriptions, new RawValue.Text(""));
    }

    [Fact]
    public void What_a_setting_writes_reads_back()
    {
        var number = Gen.Long[-5, 100].Select(value => ((Setting)s_number, (object)value));
        var flag = Gen.Bool.Select(value => ((Setting)s_flag, (object)value));
        var duration = Gen.Long[100, 3_600_000]
            .Select(value => ((Setting)s_duration, (object)TimeSpan.FromMilliseconds(value)));
        var size = Gen.Long[16, 1 << 30].Select(value => ((Setting)s_size, (object)value));
        var text = Gen.String[Gen.Char.AlphaNumeric, 0, 20].Select(value => ((Setting)s_file, (object)value));

        Gen.OneOf(number, flag, duration, size, text)
            .Sample(pair =>
            {
                var (setting, value) = pair;
                return Equals(Parsed(setting, setting.ToRaw(value)), value)
                    && Equals(Parsed(setting, Untyped(setting.Format(value))), value);
            });
    }

    [Fact]
    public void Lists_maps_and_subscriptions_write_what_reads_back()
    {
        IReadOnlyList<string> texts = ["a, b", "", "c"];
        IReadOnlyList<Header> map = [new("a", "1, 2"), new("b", "")];
        IReadOnlyList<Subscription> subscriptions =
        [
            new("a/#"),
            new("b", SettingValues.Empty.With(FakeTransport.Qos, 2).With(FakeTransport.Retain, value: true)),
        ];

        Assert.Equal(texts, Parsed(s_list, s_list.ToRaw(texts)));
        Assert.Equal(map, Parsed(s_map, s_map.ToRaw(map)));
        var read = (IReadOnlyList<Subscription>)Parsed(s_subscriptions, s_subscriptions.ToRaw(subscriptions));
        Assert.Equal(["a/#", "b"], read.Select(item => item.Topic));
        Assert.True(read[0].Options.IsEmpty);
        Assert.Equal(2, read[1].Options.Get(FakeTransport.Qos));
        Assert.True(read[1].Options.Get(FakeTransport.Retain));
    }

    [Fact]
    public void Values_are_kept_apart_from_defaults_and_never_change()
    {
        var one = SettingValues.Empty.With(s_number, 3);

        Assert.True(SettingValues.Empty.IsEmpty);
        Assert.Equal(3, SettingValues.Empty.Get(s_number));
        Assert.False(SettingValues.Empty.Has(s_number));
        Assert.True(one.Has(s_number));
        Assert.False(one.Without(s_number).Has(s_number));
        Assert.True(one.Has(s_number));
    }

    private static IEnumerable<string> DefaultsOf(params IEnumerable<Setting> settings) =>
        settings.Select(setting => setting.DefaultText);

    private static RawValue.Text Untyped(string text) => new(text, IsUntyped: true);

    private static RawValue.Table Table(params IEnumerable<(string Key, RawValue Value)> items) =>
        new(items.ToDictionary(item => item.Key, item => item.Value, StringComparer.Ordinal));

    private static object Parsed(Setting setting, RawValue raw)
    {
        Assert.True(setting.TryParse(raw, out var value, out var problem), problem);
        return value;
    }

    private static void AssertWrong(string expected, Setting setting, RawValue raw)
    {
        Assert.False(setting.TryParse(raw, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }
}

using System.Text;

namespace TraceMQ.Transport.Settings;

/// <summary>Settings whose values are lists and maps. In a form and in <c>--set</c> a list is comma-separated and a map is <c>name=value, …</c>; <c>\,</c> is a comma and <c>\\</c> a backslash.</summary>
internal static class CollectionSettings
{
    public static Setting<IReadOnlyList<string>> TextList(string key, string help) =>
        new(
            key,
            SettingKind.TextList,
            help,
            [],
            ParseTexts,
            value => string.Join(", ", value.Select(Escaped)),
            value => new RawValue.List([.. value.Select(item => new RawValue.Text(item))])
        );

    public static Setting<IReadOnlyList<Header>> Map(string key, string help) =>
        new(
            key,
            SettingKind.Map,
            help,
            [],
            ParseMap,
            value => string.Join(", ", value.Select(item => Escaped($"{item.Name}={item.Value}"))),
            MapToRaw
        );

    public static Setting<IReadOnlyList<Subscription>> Subscriptions(
        string key,
        string help,
        TopicSyntax syntax,
        IReadOnlyList<Setting> options
    ) =>
        new(
            key,
            SettingKind.Subscriptions,
            help,
            [],
            raw => ParseSubscriptions(raw, syntax, options),
            value => string.Join(", ", value.Select(item => Escaped(item.Topic))),
            value => new RawValue.List([.. value.Select(item => SubscriptionToRaw(item, options))])
        );

    private static SettingParse<IReadOnlyList<string>> ParseTexts(RawValue raw) =>
        raw switch
        {
            RawValue.Text { IsUntyped: true } text => new SettingParse<IReadOnlyList<string>>(
                SplitList(text.Value),
                null
            ),
            RawValue.Text text => new SettingParse<IReadOnlyList<string>>([text.Value], null),
            RawValue.List list when list.Items.All(item => item is RawValue.Text) => new SettingParse<
                IReadOnlyList<string>
            >([.. list.Items.Cast<RawValue.Text>().Select(item => item.Value)], null),
            _ => SettingParse<IReadOnlyList<string>>.Wrong("write a list of texts: [\"a\", \"b\"]"),
        };

    private static SettingParse<IReadOnlyList<Header>> ParseMap(RawValue raw)
    {
        var wrong = SettingParse<IReadOnlyList<Header>>.Wrong("write names with texts: { name = \"value\" }");
        switch (raw)
        {
            case RawValue.Text { IsUntyped: true } text:
                var pairs = new List<Header>();
                foreach (var item in SplitList(text.Value))
                {
                    var equals = item.IndexOf('=', StringComparison.Ordinal);
                    if (equals <= 0)
                        return SettingParse<IReadOnlyList<Header>>.Wrong("write name=value, separated by commas");
                    pairs.Add(new Header(item[..equals].Trim(), item[(equals + 1)..].Trim()));
                }

                return pairs;
            case RawValue.Table table when table.Items.Values.All(item => item is RawValue.Text):
                return table.Items.Select(item => new Header(item.Key, ((RawValue.Text)item.Value).Value)).ToList();
            default:
                return wrong;
        }
    }

    private static RawValue.Table MapToRaw(IReadOnlyList<Header> value)
    {
        var table = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var item in value)
            table[item.Name] = new RawValue.Text(item.Value);
        return new RawValue.Table(table);
    }

    private static SettingParse<IReadOnlyList<Subscription>> ParseSubscriptions(
        RawValue raw,
        TopicSyntax syntax,
        IReadOnlyList<Setting> options
    )
    {
        IReadOnlyList<RawValue> items = raw switch
        {
            RawValue.Text { IsUntyped: true } text =>
            [
                .. SplitList(text.Value).Select(item => new RawValue.Text(item)),
            ],
            RawValue.Text text => [text],
            RawValue.Table table => [table],
            RawValue.List list => list.Items,
            _ => [raw],
        };
        var subscriptions = new List<Subscription>();
        foreach (var item in items)
        {
            var parsed = ParseSubscription(item, syntax, options);
            if (parsed.Problem is not null)
                return SettingParse<IReadOnlyList<Subscription>>.Wrong(parsed.Problem);
            subscriptions.Add(parsed.Value!);
        }

        return subscriptions;
    }

    private static SettingParse<Subscription> ParseSubscription(
        RawValue raw,
        TopicSyntax syntax,
        IReadOnlyList<Setting> options
    )
    {
        if (raw is RawValue.Text text)
            return Checked(text.Value, SettingValues.Empty, syntax);
        if (raw is not RawValue.Table table || table.Items.GetValueOrDefault("topic") is not RawValue.Text topic)
        {
            return SettingParse<Subscription>.Wrong(
                $"write a {syntax.Term} in quotes, or a table: {{ topic = \"…\"{string.Concat(options.Take(1).Select(option => $", {option.Key} = …"))} }}"
            );
        }

        var values = SettingValues.Empty;
        foreach (var (key, value) in table.Items)
        {
            if (key == "topic")
                continue;
            var option = options.FirstOrDefault(candidate => candidate.Key == key);
            if (option is null)
            {
                return SettingParse<Subscription>.Wrong(
                    $"\"{key}\" is no setting of a subscription; there {(options.Count == 1 ? "is" : "are")} {string.Join(", ", options.Select(candidate => candidate.Key))}"
                );
            }

            if (!option.TryParse(value, out var parsed, out var problem))
                return SettingParse<Subscription>.Wrong($"{key}: {problem}");
            values = values.WithObject(option, parsed);
        }

        return Checked(topic.Value, values, syntax);
    }

    private static SettingParse<Subscription> Checked(string topic, SettingValues values, TopicSyntax syntax) =>
        syntax.ValidatePattern(topic) is { } problem
            ? SettingParse<Subscription>.Wrong(problem)
            : new Subscription(topic, values);

    private static RawValue SubscriptionToRaw(Subscription subscription, IReadOnlyList<Setting> options)
    {
        if (subscription.Options.IsEmpty)
            return new RawValue.Text(subscription.Topic);
        var table = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            ["topic"] = new RawValue.Text(subscription.Topic),
        };
        foreach (var option in options)
        {
            if (subscription.Options.Find(option) is { } value)
                table[option.Key] = option.ToRaw(value);
        }

        return new RawValue.Table(table);
    }

    private static string Escaped(string item) =>
        item.Replace("\\", @"\\", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal);

    private static List<string> SplitList(string text)
    {
        var items = new List<string>();
        var item = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is (',' or '\\'))
                item.Append(text[++i]);
            else if (text[i] == ',')
                End();
            else
                item.Append(text[i]);
        }

        End();
        return items;

        void End()
        {
            if (item.ToString().Trim() is { Length: > 0 } whole)
                items.Add(whole);
            item.Clear();
        }
    }
}

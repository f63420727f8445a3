namespace TraceMQ.Transport.Settings;

/// <summary>Gives a written profile its meaning, and says everything that is wrong with it at once.</summary>
public static class ProfileReader
{
    /// <summary>Checks a profile whose references are still in it: a value that holds one is taken for good.</summary>
    public static IReadOnlyList<SettingProblem> Check(ITransport transport, RawProfile raw)
    {
        var problems = new List<SettingProblem>();
        Read(transport, raw, problems, skipReferences: true);
        return problems;
    }

    /// <summary>Reads a profile whose references are resolved.</summary>
    /// <param name="transport">The transport that the profile names.</param>
    /// <param name="raw">The profile.</param>
    /// <param name="problems">What is wrong; empty exactly where a profile is returned.</param>
    public static Profile? Read(ITransport transport, RawProfile raw, out IReadOnlyList<SettingProblem> problems)
    {
        var found = new List<SettingProblem>();
        var profile = Read(transport, raw, found, skipReferences: false);
        problems = found;
        return found.Count == 0 ? profile : null;
    }

    private static Profile? Read(
        ITransport transport,
        RawProfile raw,
        List<SettingProblem> problems,
        bool skipReferences
    )
    {
        var settings = CommonSettings.Of(transport);
        var values = SettingValues.Empty;
        var isPartial = false;
        foreach (var (key, value) in raw.Values)
        {
            var setting = settings.FirstOrDefault(candidate => candidate.Key == key);
            if (setting is null)
                problems.Add(new SettingProblem(key, UnknownKey(key, settings, transport)));
            else if (value.HasReference && CommonSettings.KnownBeforeConnecting.Contains(setting))
                problems.Add(
                    new SettingProblem(key, "write the value itself: it has to be known before references are resolved")
                );
            else if (skipReferences && value.HasReference)
                isPartial |= CheckReferences(key, value, problems);
            else if (setting.TryParse(value, out var parsed, out var problem))
                values = values.WithObject(setting, parsed);
            else
                problems.Add(new SettingProblem(key, problem));
        }

        problems.AddRange(CheckPresence(transport, raw, settings, ModeOf(values)));
        var profile = Assemble(transport, raw, values, problems, settings);
        if (profile is not null && problems.Count == 0 && !isPartial)
            problems.AddRange(transport.Check(profile));
        return profile;
    }

    private static ProfileMode ModeOf(SettingValues values) =>
        values.Get(CommonSettings.Mode) == "server" ? ProfileMode.Server : ProfileMode.Client;

    /// <summary>What is not there and has to be, and what is there and belongs to the other mode.</summary>
    private static IEnumerable<SettingProblem> CheckPresence(
        ITransport transport,
        RawProfile raw,
        IReadOnlyList<Setting> settings,
        ProfileMode mode
    )
    {
        var url = transport.UrlUse(mode);
        foreach (var setting in settings)
        {
            var isGiven = raw.Values.ContainsKey(setting.Key);
            var isUrl = setting.Key == CommonSettings.Url.Key;
            if (!isGiven && (isUrl ? url == UrlUse.Required : setting.IsRequired && (setting.OnlyIn ?? mode) == mode))
                yield return new SettingProblem(setting.Key, "it is missing");
            else if (isGiven && !CommonSettings.Has(transport, mode, setting))
                yield return new SettingProblem(setting.Key, WhyNot(transport, mode, setting));
        }
    }

    private static string WhyNot(ITransport transport, ProfileMode mode, Setting setting) =>
        (setting.Key, mode) switch
        {
            (CommonSettings.SubscribeKey, ProfileMode.Server) =>
                "a server receives all that its clients send: leave it out",
            (CommonSettings.SubscribeKey, _) =>
                $"{transport.Protocol} has no topics, all that the peer sends comes: leave it out",
            _ when setting.Key == CommonSettings.Url.Key => mode == ProfileMode.Server
                ? $"{transport.Protocol} listens where it chooses itself; leave it out"
                : $"{transport.Protocol} has none; leave it out",
            (_, ProfileMode.Client) => "only a server has it: leave it out, or write mode = \"server\"",
            _ => "only a client has it: leave it out of a server",
        };

    private static Profile? Assemble(
        ITransport transport,
        RawProfile raw,
        SettingValues values,
        List<SettingProblem> problems,
        IReadOnlyList<Setting> settings
    )
    {
        var endpoints = new List<Endpoint>();
        foreach (var url in values.Get(CommonSettings.Url))
        {
            if (EndpointUrl.Parse(url, transport.Schemes, out var problem) is { } endpoint)
                endpoints.Add(endpoint);
            else
                problems.Add(new SettingProblem(CommonSettings.Url.Key, problem!));
        }

        if (values.Has(CommonSettings.Url) && endpoints.Count == 0 && problems.Count == 0)
            problems.Add(new SettingProblem(CommonSettings.Url.Key, "it names no address"));
        var mode = ModeOf(values);
        if (mode == ProfileMode.Server && !transport.CanListen)
            problems.Add(
                new SettingProblem(
                    CommonSettings.Mode.Key,
                    $"{transport.Protocol} cannot listen in this version; leave it out to connect"
                )
            );
        if (endpoints.Count == 0 && transport.UrlUse(mode) == UrlUse.Required)
            return null;
        var subscribe =
            (Setting<IReadOnlyList<Subscription>>)settings.First(setting => setting.Kind == SettingKind.Subscriptions);
        return new Profile
        {
            Name = raw.Name,
            Protocol = raw.Protocol,
            Mode = mode,
            Endpoints = endpoints,
            Subscriptions = values.Get(subscribe),
            Values = values,
        };
    }

    private static bool CheckReferences(string key, RawValue value, List<SettingProblem> problems)
    {
        try
        {
            foreach (var text in TextsOf(value))
                Reference.Split(text);
        }
        catch (FormatException problem)
        {
            problems.Add(new SettingProblem(key, problem.Message));
        }

        return true;
    }

    private static IEnumerable<string> TextsOf(RawValue value) =>
        value switch
        {
            RawValue.Text text => [text.Value],
            RawValue.List list => list.Items.SelectMany(TextsOf),
            RawValue.Table table => table.Items.Values.SelectMany(TextsOf),
            _ => [],
        };

    private static string UnknownKey(string key, IReadOnlyList<Setting> settings, ITransport transport)
    {
        if (transport.WhyNot(key) is { } why)
            return why;
        var nearest = NearestWord.Find(key, settings.Select(setting => setting.Key));
        return nearest is null
            ? $"it is no setting of a profile of {transport.Protocol} in this version"
            : $"it is no setting of a profile of {transport.Protocol} in this version; did you mean {nearest}?";
    }
}

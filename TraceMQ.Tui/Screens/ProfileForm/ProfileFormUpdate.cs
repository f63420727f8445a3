using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Profiles;

namespace TraceMQ.Tui.Screens.ProfileForm;

/// <summary>Making, editing and duplicating profiles.</summary>
internal static class ProfileFormUpdate
{
    /// <summary>Opens an empty form.</summary>
    public static Transition New(AppState state)
    {
        var transport = state.Transports[0];
        var url = new RawValue.Text($"{transport.Schemes[0].Name}://localhost:{transport.Schemes[0].ExamplePort}");
        var raw = new RawProfile(
            "",
            transport.Protocol,
            new Dictionary<string, RawValue>(StringComparer.Ordinal) { [CommonSettings.Url.Key] = url }
        );
        return state.Open(Make(state, transport, raw, "New profile") with { Original = null, Replacing = null });
    }

    /// <summary>Opens the form of the selected profile; saving a connection that is not in the file makes it a profile.</summary>
    public static Transition Edit(AppState state)
    {
        var row = ProfileRows.Selected(state)!;
        var raw = row.Profile!;
        if (TransportOf(state, raw.Protocol) is not { } transport)
            return state.Tell(StatusLevel.Error, $"{raw.Protocol} is not in this version; edit {state.Config.Path}");
        return state.Open(
            Make(state, transport, raw, $"Profile {raw.Name}") with
            {
                Original = raw,
                Replacing = row.Entry is null ? null : raw.Name,
            }
        );
    }

    /// <summary>Opens the form with a copy of the selected profile.</summary>
    public static Transition Duplicate(AppState state)
    {
        var raw = ProfileRows.Selected(state)!.Profile!;
        if (TransportOf(state, raw.Protocol) is not { } transport)
            return state.Tell(StatusLevel.Error, $"{raw.Protocol} is not in this version; edit {state.Config.Path}");
        var copy = raw with { Name = FreeName(state, raw.Name) };
        return state.Open(
            Make(state, transport, copy, $"Copy of {raw.Name}") with
            {
                Original = copy,
                Replacing = null,
                IsChanged = true,
            }
        );
    }

    /// <summary>Saves, after checking all of it at once.</summary>
    public static Transition Submit(AppState state, ProfileFormState form)
    {
        var raw = ToRaw(form);
        if (raw.Name.Length == 0)
            return state.ReplaceTop(
                form.Answered(StatusLevel.Error, "the profile needs a name") with
                {
                    FocusedField = 0,
                }
            );
        if (raw.Name != form.Replacing && state.Config.Profiles.Any(entry => entry.Name == raw.Name))
            return state.ReplaceTop(
                form.Answered(StatusLevel.Error, $"there is a profile {raw.Name} already") with
                {
                    FocusedField = 0,
                }
            );
        var problems = ProfileReader.Check(TransportOf(state, raw.Protocol)!, raw);
        if (problems.Count == 0)
            return new Transition(state, [new Effect.SaveProfile(raw, form.Replacing)]);
        var marked = problems.Aggregate((Form)form, Mark);
        return state.ReplaceTop(marked.Answered(StatusLevel.Error, $"{problems[0].Key}: {problems[0].Sentence}"));
    }

    /// <summary>Tries the profile as it stands in the form.</summary>
    public static Transition Test(AppState state, ProfileFormState form)
    {
        var raw = ToRaw(form);
        var generation = state.Generation + 1;
        var next = (state with { Generation = generation }).ReplaceTop(
            (ProfileFormState)form.Answered(StatusLevel.Information, "trying…") with
            {
                TestGeneration = generation,
            }
        );
        return new Transition(next, [new Effect.TestProfile(raw, TransportOf(state, raw.Protocol)!, generation)]);
    }

    /// <summary>Another protocol has other settings; what both have stays.</summary>
    public static Form Changed(AppState state, ProfileFormState form, string key)
    {
        var isOther = key == ProfileFormState.ProtocolKey || key == CommonSettings.Mode.Key;
        if (!isOther || TransportOf(state, form.TextOf(ProfileFormState.ProtocolKey)) is not { } transport)
            return form;
        var made = Make(state, transport, ToRaw(form) with { Protocol = transport.Protocol }, form.Title);
        return form with { Fields = made.Fields };
    }

    private static ProfileFormState Make(AppState state, ITransport transport, RawProfile raw, string title)
    {
        var fields = ImmutableList.CreateBuilder<Field>();
        fields.Add(
            new Field
            {
                Key = ProfileFormState.NameKey,
                Label = "name",
                Text = raw.Name,
                Help = "What it is called in lists.",
            }
        );
        fields.Add(
            new Field
            {
                Key = ProfileFormState.ProtocolKey,
                Label = "protocol",
                Kind = FieldKind.Choice,
                Text = transport.Protocol,
                Choices = [.. state.Transports.Select(candidate => candidate.Protocol)],
            }
        );
        foreach (var setting in InFormOrder(transport).Where(setting => IsShown(setting, transport, raw)))
        {
            var field = Field.Of(setting, TextOf(setting, raw));
            var group = setting.Key.Contains('.', StringComparison.Ordinal)
                ? setting.Key[..setting.Key.IndexOf('.', StringComparison.Ordinal)]
                : "";
            fields.Add(
                fields[^1].Setting is { } before && before.Key.StartsWith(group + ".", StringComparison.Ordinal)
                || group.Length == 0
                    ? field
                    : field with
                    {
                        Heading = group,
                    }
            );
        }

        return new ProfileFormState
        {
            Title = title,
            Subtitle = state.Config.Path,
            Fields = fields.ToImmutable(),
        };
    }

    // What is set is shown even where it is wrong: it has to be seen to be taken away.
    private static bool IsShown(Setting setting, ITransport transport, RawProfile raw)
    {
        var mode = raw.Values.GetValueOrDefault(CommonSettings.Mode.Key) is RawValue.Text { Value: "server" }
            ? ProfileMode.Server
            : ProfileMode.Client;
        return raw.Values.ContainsKey(setting.Key) || CommonSettings.Has(transport, mode, setting);
    }

    // Where to and what to receive come first: most profiles need nothing else.
    private static IEnumerable<Setting> InFormOrder(ITransport transport)
    {
        var all = CommonSettings.Of(transport);
        string[] first = [CommonSettings.Url.Key, CommonSettings.SubscribeKey, CommonSettings.Group.Key];
        return all.Where(setting => first.Contains(setting.Key, StringComparer.Ordinal))
            .OrderBy(setting => Array.IndexOf(first, setting.Key))
            .Concat(all.Where(setting => !first.Contains(setting.Key, StringComparer.Ordinal)));
    }

    private static string TextOf(Setting setting, RawProfile raw)
    {
        if (!raw.Values.TryGetValue(setting.Key, out var value))
            return "";
        return value is RawValue.Text text ? text.Value
            : setting.TryParse(value, out var parsed, out _) ? setting.Format(parsed)
            : "";
    }

    private static RawProfile ToRaw(ProfileFormState form)
    {
        var values = new Dictionary<string, RawValue>(
            form.Original?.Values ?? new Dictionary<string, RawValue>(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        foreach (var field in form.Fields)
        {
            if (field.Setting is not { } setting)
                continue;
            var isUntouched = form.Original is { } original && TextOf(setting, original) == field.Text;
            if (isUntouched)
                continue;
            if (Reference.IsIn(field.Text) || setting.IsSecret && field.Text.Length > 0)
                values[setting.Key] = new RawValue.Text(field.Text);
            else if (field.Value() is { } value)
                values[setting.Key] = setting.ToRaw(value);
            else
                values.Remove(setting.Key);
        }

        return new RawProfile(
            form.TextOf(ProfileFormState.NameKey).Trim(),
            form.TextOf(ProfileFormState.ProtocolKey),
            values
        );
    }

    private static Form Mark(Form form, SettingProblem problem)
    {
        var at = form.Fields.FindIndex(field => field.Key == problem.Key);
        return at < 0
            ? form
            : form with
            {
                Fields = form.Fields.SetItem(at, form.Fields[at] with { Problem = problem.Sentence }),
                FocusedField = at,
            };
    }

    private static string FreeName(AppState state, string name)
    {
        for (var number = 2; ; number++)
        {
            var candidate = $"{name} {number}";
            if (state.Config.Profiles.All(entry => entry.Name != candidate))
                return candidate;
        }
    }

    private static ITransport? TransportOf(AppState state, string protocol) =>
        state.Transports.FirstOrDefault(transport => transport.Protocol == protocol);
}

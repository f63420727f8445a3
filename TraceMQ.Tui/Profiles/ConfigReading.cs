using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Gives the tables of a file their meaning.</summary>
internal sealed class ConfigReading
{
    private static readonly string[] s_roots = ["ui", "keys", "store", "profiles"];

    private readonly string _file;
    private readonly IReadOnlyList<ITransport> _transports;
    private readonly List<ProfileProblem> _problems;
    private readonly List<ProfileEntry> _profiles = [];
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    public ConfigReading(string file, IReadOnlyList<ITransport> transports, List<ProfileProblem> problems)
    {
        _file = file;
        _transports = transports;
        _problems = problems;
    }

    public IReadOnlyList<ProfileEntry> Profiles => _profiles;

    public SettingValues Values { get; private set; } = SettingValues.Empty;

    public IReadOnlyDictionary<string, string> Keys => _keys;

    /// <summary>Reads everything, and adds what is wrong to the problems.</summary>
    public void Read(IReadOnlyList<TomlTable> tables)
    {
        foreach (
            var table in tables.Where(table =>
                table.Path.Count > 0 && !s_roots.Contains(table.Path[0], StringComparer.Ordinal)
            )
        )
            _problems.Add(
                new ProfileProblem(
                    _file,
                    table.Line,
                    table.Column,
                    string.Join('.', table.Path),
                    Unknown(table.Path[0], s_roots, "table")
                )
            );
        var byProfile = new Dictionary<string, List<TomlEntry>>(StringComparer.Ordinal);
        foreach (var table in tables.Where(table => table.Path.Count >= 2 && table.Path[0] == "profiles"))
            byProfile.TryAdd(table.Path[1], []);
        foreach (var entry in tables.SelectMany(table => table.Entries))
        {
            switch (entry.Path)
            {
                case ["profiles", var name, _, ..]:
                    byProfile.TryAdd(name, []);
                    byProfile[name].Add(entry);
                    break;
                case ["profiles", var name] when entry.Value is RawValue.Table inline:
                    byProfile.TryAdd(name, []);
                    byProfile[name].AddRange(inline.Items.Select(item => Inside(entry, item.Key, item.Value)));
                    break;
                case ["ui" or "store", _, ..]:
                    ReadSetting(entry);
                    break;
                case ["keys", var command]:
                    ReadKey(entry, command);
                    break;
                case [var root, ..] when !s_roots.Contains(root, StringComparer.Ordinal) && entry.Path.Count == 1:
                    Add(entry, root, Unknown(root, s_roots, "table"));
                    break;
                case [var root, ..] when s_roots.Contains(root, StringComparer.Ordinal):
                    Add(entry, string.Join('.', entry.Path), "it stands in the wrong place");
                    break;
                default:
                    break;
            }
        }

        foreach (var (name, entries) in byProfile)
            ReadProfile(name, entries, tables);
    }

    private static TomlEntry Inside(TomlEntry entry, string key, RawValue value) =>
        entry with
        {
            Path = [.. entry.Path, .. key.Split('.')],
            Value = value,
            IsInline = true,
        };

    private void ReadSetting(TomlEntry entry)
    {
        var key = string.Join('.', entry.Path);
        var setting = AppSettings.All.FirstOrDefault(candidate => candidate.Key == key);
        if (setting is null)
            Add(entry, key, Unknown(key, AppSettings.All.Select(candidate => candidate.Key), "setting"));
        else if (setting.TryParse(Lenient(entry.Value), out var value, out var problem))
            Values = Values.WithObject(setting, value);
        else
            Add(entry, key, problem);
    }

    // ui.ascii = true and ui.frame_rate = 10 mean what they say although the settings also know "auto".
    private static RawValue Lenient(RawValue value) =>
        value switch
        {
            RawValue.Flag flag => new RawValue.Text(flag.Value ? "true" : "false"),
            RawValue.Number number => new RawValue.Text(
                number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ),
            _ => value,
        };

    private void ReadKey(TomlEntry entry, string command)
    {
        if (entry.Value is RawValue.Text text)
            _keys[command] = text.Value;
        else
            Add(entry, $"keys.{command}", "write the key in quotes: \"p\"");
    }

    private void ReadProfile(string name, List<TomlEntry> entries, IReadOnlyList<TomlTable> tables)
    {
        var before = _problems.Count;
        var header = tables.FirstOrDefault(table =>
            table.Path.Count >= 2 && table.Path[0] == "profiles" && table.Path[1] == name
        );
        var (line, column) = header is null ? (entries[0].Line, entries[0].Column) : (header.Line, header.Column);
        var protocolEntry = entries.FirstOrDefault(entry =>
            entry.Path.Count == 3 && entry.Path[2] == CommonSettings.ProtocolKey
        );
        var protocol = (protocolEntry?.Value as RawValue.Text)?.Value ?? "";
        var transport = _transports.FirstOrDefault(candidate => candidate.Protocol == protocol);
        var flat = new FlatProfile(transport);
        foreach (var entry in entries.Where(entry => entry != protocolEntry))
            flat.Add(string.Join('.', entry.Path.Skip(2)), entry);
        var raw = new RawProfile(name, protocol, flat.Values);
        if (protocolEntry is null)
            _problems.Add(
                new ProfileProblem(
                    _file,
                    line,
                    column,
                    Key(name, CommonSettings.ProtocolKey),
                    $"it is missing; there are {Protocols()}"
                )
            );
        else if (transport is null)
            Add(protocolEntry, Key(name, CommonSettings.ProtocolKey), UnknownProtocol(protocol));
        else
            AddAll(name, ProfileReader.Check(transport, raw), flat, line, column);
        _profiles.Add(new ProfileEntry(raw, line, [.. _problems.Skip(before)]));
    }

    private void AddAll(string name, IReadOnlyList<SettingProblem> problems, FlatProfile flat, int line, int column)
    {
        foreach (var problem in problems)
        {
            var entry = flat.EntryOf(problem.Key);
            _problems.Add(
                new ProfileProblem(
                    _file,
                    entry?.Line ?? line,
                    entry?.Column ?? column,
                    Key(name, problem.Key),
                    problem.Sentence
                )
            );
        }
    }

    private void Add(TomlEntry entry, string key, string sentence) =>
        _problems.Add(new ProfileProblem(_file, entry.Line, entry.Column, key, sentence));

    private static string Key(string profile, string key) => $"profiles.{TomlText.Key(profile)}.{key}";

    private string Protocols() => string.Join(", ", _transports.Select(transport => transport.Protocol));

    private string UnknownProtocol(string protocol) => $"there is no protocol \"{protocol}\"; there is {Protocols()}";

    private static string Unknown(string word, IEnumerable<string> known, string what)
    {
        var all = known.ToArray();
        return NearestWord.Find(word, all) is { } nearest
            ? $"it is no {what}; did you mean {nearest}?"
            : $"it is no {what}; there are {string.Join(", ", all)}";
    }
}

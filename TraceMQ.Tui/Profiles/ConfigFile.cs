using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>A configuration file as it was at one moment: profiles, settings, keys, and everything that is wrong with it.</summary>
internal sealed class ConfigFile
{
    private ConfigFile(string path, string text)
    {
        Path = path;
        Text = text;
    }

    /// <summary>Where it is, or would be.</summary>
    public string Path { get; }

    /// <summary>True where there is a file.</summary>
    public bool Exists { get; private init; }

    /// <summary>Its text; empty where there is none.</summary>
    public string Text { get; }

    /// <summary>Profiles in the order of the file.</summary>
    public IReadOnlyList<ProfileEntry> Profiles { get; private init; } = [];

    /// <summary>Everything that is wrong, from the top of the file.</summary>
    public IReadOnlyList<ProfileProblem> Problems { get; private init; } = [];

    /// <summary>Values of <see cref="AppSettings"/>.</summary>
    public SettingValues Values { get; private init; } = SettingValues.Empty;

    /// <summary>Command names with their keys.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; private init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The tables of the text, for editing.</summary>
    public IReadOnlyList<TomlTable> Tables { get; private init; } = [];

    /// <summary>No file.</summary>
    public static ConfigFile Empty(string path) => new(path, "");

    /// <summary>Reads a file; one that does not exist is empty and no error.</summary>
    /// <exception cref="IOException">It exists and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It exists and must not be read.</exception>
    public static ConfigFile Load(string path, IReadOnlyList<ITransport> transports)
    {
        if (!File.Exists(path))
            return Empty(path);
        if (new FileInfo(path).Length > TomlReader.MaximumLength * 2L)
            throw new IOException($"{path} is larger than {TomlReader.MaximumLength >> 20} MB");
        return Parse(path, File.ReadAllText(path, Encoding.UTF8), transports);
    }

    /// <summary>Reads a text.</summary>
    public static ConfigFile Parse(string path, string text, IReadOnlyList<ITransport> transports)
    {
        var problems = new List<ProfileProblem>();
        var tables = TomlReader.Read(path, text, problems);
        var reading = new ConfigReading(path, transports, problems);
        reading.Read(tables);
        return new ConfigFile(path, text)
        {
            Exists = true,
            Tables = tables,
            Profiles = reading.Profiles,
            Values = reading.Values,
            Keys = reading.Keys,
            Problems = [.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)],
        };
    }

    /// <summary>The profile of a name; null where there is none.</summary>
    public ProfileEntry? Find(string name) => Profiles.FirstOrDefault(entry => entry.Name == name);
}

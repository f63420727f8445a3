using System.Diagnostics;
using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Profiles;

/// <summary>Puts values in the place of references, at connect. What it finds is never written back and never logged.</summary>
internal sealed class ReferenceResolver
{
    private const int MaximumFile = 1 << 20;
    private static readonly TimeSpan s_commandTime = TimeSpan.FromSeconds(30);

    private readonly IPrompts _prompts;
    private readonly string _folder;
    private readonly Func<string, string?> _environment;
    private readonly TimeProvider _time;

    /// <param name="prompts">Asks the user.</param>
    /// <param name="folder">What relative paths are relative to: the configuration file's folder.</param>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="time">The clock of a command's patience.</param>
    public ReferenceResolver(IPrompts prompts, string folder, Func<string, string?> environment, TimeProvider time)
    {
        _prompts = prompts;
        _folder = folder;
        _environment = environment;
        _time = time;
    }

    /// <summary>One for a connection, which asks the user each question once however often it connects again.</summary>
    public ReferenceResolver ForConnection() => new(new RememberedAnswers(_prompts), _folder, _environment, _time);

    /// <summary>The profile with its references resolved, its paths absolute and its values checked.</summary>
    /// <exception cref="TransportException">A reference leads nowhere, or a value is wrong; the sentence says which and why.</exception>
    public async Task<Profile> ReadAsync(ITransport transport, RawProfile profile, CancellationToken cancellationToken)
    {
        var resolved = await ResolveAsync(profile, cancellationToken).ConfigureAwait(false);
        return ProfileReader.Read(transport, WithAbsolutePaths(transport, resolved), out var problems)
            ?? throw new TransportException(
                FailureKind.Configuration,
                string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
            );
    }

    /// <summary>The profile without references.</summary>
    /// <exception cref="TransportException">A reference leads nowhere; the sentence says which and why.</exception>
    public async Task<RawProfile> ResolveAsync(RawProfile profile, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var (key, value) in profile.Values)
            values[key] = await ResolveAsync($"{profile.Name}: {key}", value, cancellationToken).ConfigureAwait(false);
        return profile with { Values = values };
    }

    private RawProfile WithAbsolutePaths(ITransport transport, RawProfile profile)
    {
        var values = new Dictionary<string, RawValue>(profile.Values, StringComparer.Ordinal);
        foreach (var setting in CommonSettings.Of(transport).Where(setting => setting.Kind == SettingKind.File))
        {
            if (values.GetValueOrDefault(setting.Key) is RawValue.Text path)
                values[setting.Key] = path with { Value = UserPath.Absolute(path.Value, _folder) };
        }

        return profile with
        {
            Values = values,
        };
    }

    private async Task<RawValue> ResolveAsync(string key, RawValue value, CancellationToken cancellationToken)
    {
        if (!value.HasReference)
            return value;
        switch (value)
        {
            case RawValue.Text text:
                return new RawValue.Text(
                    await ExpandAsync(key, text.Value, cancellationToken).ConfigureAwait(false),
                    IsUntyped: true
                );
            case RawValue.List list:
                var items = new List<RawValue>();
                foreach (var item in list.Items)
                    items.Add(await ResolveAsync(key, item, cancellationToken).ConfigureAwait(false));
                return new RawValue.List(items);
            case RawValue.Table table:
                var named = new Dictionary<string, RawValue>(StringComparer.Ordinal);
                foreach (var (name, item) in table.Items)
                    named[name] = await ResolveAsync($"{key}.{name}", item, cancellationToken).ConfigureAwait(false);
                return new RawValue.Table(named);
            default:
                return value;
        }
    }

    private async Task<string> ExpandAsync(string key, string text, CancellationToken cancellationToken)
    {
        var expanded = new StringBuilder();
        try
        {
            foreach (var part in Reference.Split(text))
                expanded.Append(await FindAsync(key, part, cancellationToken).ConfigureAwait(false));
        }
        catch (FormatException failure)
        {
            throw Failed(key, failure.Message);
        }

        return expanded.ToString();
    }

    private async Task<string> FindAsync(string key, ReferencePart part, CancellationToken cancellationToken) =>
        part.Kind switch
        {
            ReferenceKind.Environment => _environment(part.Text)
                ?? throw Failed(
                    key,
                    $"the environment variable {part.Text} is not set; export it before you start tracemq"
                ),
            ReferenceKind.File => await ReadAsync(key, part.Text, cancellationToken).ConfigureAwait(false),
            ReferenceKind.Command => await RunAsync(key, part.Text, cancellationToken).ConfigureAwait(false),
            ReferenceKind.Prompt => (await _prompts.AskAsync(key, cancellationToken).ConfigureAwait(false))?.Reveal()
                ?? throw Failed(key, "it asks for a value (${prompt}) and got none"),
            _ => part.Text,
        };

    private async Task<string> ReadAsync(string key, string path, CancellationToken cancellationToken)
    {
        var full = Path.Combine(_folder, UserPath.Expand(path));
        try
        {
            if (File.Exists(full) && new FileInfo(full).Length > MaximumFile)
                throw Failed(key, $"the file {path} is larger than 1 MB");
            var text = await File.ReadAllTextAsync(full, cancellationToken).ConfigureAwait(false);
            return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.TrimEnd('\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(key, $"the file {path} cannot be read: {failure.Message}");
        }
    }

    private async Task<string> RunAsync(string key, string command, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_commandTime, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("/bin/sh")
            {
                ArgumentList = { "-c", command },
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder,
            },
        };
        process.Start();
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadLineAsync(both.Token).AsTask();
            var error = process.StandardError.ReadLineAsync(both.Token).AsTask();
            await process.WaitForExitAsync(both.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw Failed(
                    key,
                    $"its command ended with {process.ExitCode}: {SafeText.Line(await error.ConfigureAwait(false) ?? "", 200)}"
                );
            return await output.ConfigureAwait(false) ?? throw Failed(key, "its command wrote nothing");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(key, "its command did not end within 30 seconds");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static TransportException Failed(string key, string sentence) =>
        new(FailureKind.Configuration, $"{key}: {sentence}");
}

using System.Text;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Texts to and from files, the clipboard and the editor.</summary>
internal sealed class FileEffects
{
    private const long MaximumRead = 4L << 20;

    private readonly ITerminalActions _terminal;
    private readonly Action<AppEvent> _post;

    public FileEffects(ITerminalActions terminal, Action<AppEvent> post)
    {
        _terminal = terminal;
        _post = post;
    }

    /// <summary>Writes a new file that only the user can read.</summary>
    public async Task WriteAsync(Effect.WriteText write, CancellationToken cancellationToken)
    {
        try
        {
            await WriteNewAsync(write.Path, Encoding.UTF8.GetBytes(write.Text), cancellationToken)
                .ConfigureAwait(false);
            _post(new AppEvent.Told(StatusLevel.Good, $"written to {write.Path}"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _post(new AppEvent.Told(StatusLevel.Error, $"{write.Path} could not be written: {failure.Message}"));
        }
    }

    /// <summary>Reads a text file.</summary>
    public async Task ReadAsync(Effect.ReadText read, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(UserPath.Expand(read.Path));
            if (file.Exists && file.Length > MaximumRead)
                throw new IOException($"it is larger than {MaximumRead >> 20} MB");
            _post(read.WasRead(await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _post(new AppEvent.Told(StatusLevel.Error, $"{read.Path} could not be read: {failure.Message}"));
        }
    }

    /// <summary>Copies a text.</summary>
    public async Task CopyAsync(Effect.CopyText copy, CancellationToken cancellationToken)
    {
        var how = await _terminal.CopyAsync(copy.Text, cancellationToken).ConfigureAwait(false);
        _post(new AppEvent.Told(StatusLevel.Good, $"{copy.What}: {how}"));
    }

    /// <summary>Opens a text in the user's editor.</summary>
    public async Task EditAsync(Effect.EditText edit, CancellationToken cancellationToken)
    {
        try
        {
            _post(
                edit.Edited(
                    await _terminal.EditAsync(edit.Text, edit.Extension, cancellationToken).ConfigureAwait(false)
                )
            );
        }
        catch (InvalidOperationException failure)
        {
            _post(new AppEvent.Told(StatusLevel.Error, failure.Message));
        }
    }

    /// <summary>Writes bytes to a file that must not exist yet.</summary>
    /// <exception cref="IOException">It exists, or cannot be written.</exception>
    public static async Task WriteNewAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(UserPath.Expand(path), options);
        await using (file.ConfigureAwait(false))
            await file.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }
}

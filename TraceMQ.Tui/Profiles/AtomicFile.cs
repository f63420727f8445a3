using System.Text;

namespace TraceMQ.Tui.Profiles;

/// <summary>Replaces a file whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a text beside the file, to the disk, and puts it in its place. A symbolic link stays one.</summary>
    /// <exception cref="IOException">It could not be written; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As <see cref="IOException"/>.</exception>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var link = new FileInfo(path);
        var target = link.LinkTarget is null
            ? Path.GetFullPath(path)
            : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            var file = new FileStream(temporary, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(
                        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

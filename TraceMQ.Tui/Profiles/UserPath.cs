namespace TraceMQ.Tui.Profiles;

/// <summary>Paths as people type them.</summary>
internal static class UserPath
{
    /// <summary>The path with <c>~</c> as the home folder.</summary>
    public static string Expand(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
            : path;

    /// <summary>The path from the root, where a relative one is relative to <paramref name="folder"/>. What is no path at all stays as it is: its setting says so.</summary>
    public static string Absolute(string path, string folder) =>
        path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)
            ? path
            : Path.GetFullPath(Expand(path), folder);
}

namespace TraceMQ.Tests.Docs;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The path of a file in it.</summary>
    public static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TraceMQ.Tui.sln")))
            folder = folder.Parent;
        return Path.Combine(
            folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository"),
            name
        );
    }
}

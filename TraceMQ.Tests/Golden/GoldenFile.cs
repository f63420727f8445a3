using System.Runtime.CompilerServices;

namespace TraceMQ.Tests.Golden;

/// <summary>Compares a painted screen with the one that was looked at and kept. <c>TRACEMQ_UPDATE_GOLDEN=1</c> keeps the new ones.</summary>
internal static class GoldenFile
{
    public static void Check(string name, string actual, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, name + ".txt");
        if (Environment.GetEnvironmentVariable("TRACEMQ_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing; TRACEMQ_UPDATE_GOLDEN=1 makes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}

using TraceMQ.Tests.Docs;

namespace TraceMQ.Tests.Peers;

/// <summary>A script of the folder <c>npm</c>, which ./test fills with the packages it needs.</summary>
public static class NodePeer
{
    public static PeerProcess Start(string script, params string[] arguments)
    {
        var folder = Repository.PathOf("TraceMQ.Tests/Peers/npm");
        Assert.True(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            "the npm packages are missing; run ./test, or npm ci in TraceMQ.Tests/Peers/npm"
        );
        return PeerProcess.Start("node", "nodejs", [Path.Combine(folder, script), .. arguments]);
    }
}

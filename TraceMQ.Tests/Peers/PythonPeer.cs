using TraceMQ.Tests.Docs;

namespace TraceMQ.Tests.Peers;

/// <summary>A script of the folder <c>python</c>, which needs nothing but Python's standard library.</summary>
public static class PythonPeer
{
    public static PeerProcess Start(string script, params string[] arguments) =>
        PeerProcess.Start(
            "python3",
            "python3",
            ["-u", Repository.PathOf($"TraceMQ.Tests/Peers/python/{script}"), .. arguments]
        );
}

namespace TraceMQ.Tests.Nats;

/// <summary>An operator with one account, as a server's configuration and as credentials files.</summary>
internal sealed class NatsAccounts : IDisposable
{
    private const string Unlimited =
        "\"limits\":{\"subs\":-1,\"data\":-1,\"payload\":-1,\"imports\":-1,\"exports\":-1,\"conn\":-1,\"leaf\":-1,\"wildcards\":true}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tracemq-creds-");
    private readonly NatsKeys _account = NatsKeys.Account;

    public NatsAccounts()
    {
        var authority = NatsKeys.Operator;
        var operatorJwt = authority.Sign(authority.Public, "test", "{\"type\":\"operator\",\"version\":2}");
        var accountJwt = authority.Sign(_account.Public, "LAB", $"{{{Unlimited},\"type\":\"account\",\"version\":2}}");
        Configuration =
            $"operator: {operatorJwt}\nresolver: MEMORY\nresolver_preload: {{ {_account.Public}: {accountJwt} }}\n";
    }

    /// <summary>Lines of a server's configuration.</summary>
    public string Configuration { get; }

    /// <summary>Writes the credentials of a new user.</summary>
    public string Credentials(string name, DateTimeOffset? expires = null, string? seed = null)
    {
        var user = NatsKeys.User;
        var jwt = _account.Sign(
            user.Public,
            name,
            "{\"subs\":-1,\"data\":-1,\"payload\":-1,\"type\":\"user\",\"version\":2}",
            expires
        );
        return Write(name, jwt, seed ?? user.Seed);
    }

    public string Write(string name, string jwt, string seed)
    {
        var path = Path.Combine(_folder.FullName, name + ".creds");
        File.WriteAllText(
            path,
            $"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        );
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

namespace TraceMQ.Tests.Doubles;

/// <summary>A configuration for <see cref="FakeTransport"/>.</summary>
internal static class Fakes
{
    public const string Profiles = """
        [profiles.one]
        protocol = "fake"
        url = "fake://localhost:4000"

        [profiles.two]
        protocol = "fake"
        url = "fake://localhost:4001"
        read_only = true

        [profiles.live]
        protocol = "fake"
        url = "fake://localhost:4002"
        production = true

        [profiles.secret]
        protocol = "fake"
        url = "fake://localhost:4003"
        auth.username = "me"
        auth.password = "${prompt}"
        fake.client_id = "mine"

        [profiles.broken]
        protocol = "fake"
        url = "fake://localhost:99999"
        """;
}

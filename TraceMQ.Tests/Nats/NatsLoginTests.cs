using NATS.NKeys;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Nats;

/// <summary>Every way to sign in against a real server, and each way to fail as the user reads it.</summary>
public sealed class NatsLoginTests
{
    [Fact]
    public void The_project_in_the_packages_place_is_loaded_by_the_client()
    {
        // A lower version would be refused only when the first seed is used.
        Assert.True(typeof(KeyPair).Assembly.GetName().Version >= new Version(1, 0, 1, 0));
        Assert.Equal("NATS.NKeys", typeof(KeyPair).Assembly.GetName().Name);
    }

    [Fact]
    public async Task A_token_is_accepted_and_a_wrong_one_refused()
    {
        await using var server = await NatsServer.StartAsync("authorization { token: \"open-sesame\" }");

        await using (await ConnectAsync(server, ("auth.token", "open-sesame")))
        {
            // It is in.
        }

        var wrong = await RefusedAsync(server, ("auth.token", "guess"));
        Assert.Equal(FailureKind.Credentials, wrong.Kind);
        Assert.Contains("refused the token", wrong.Message, StringComparison.Ordinal);
        var none = await RefusedAsync(server);
        Assert.Contains("wants credentials: set auth.username", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_is_accepted_and_a_wrong_password_refused()
    {
        await using var server = await NatsServer.StartAsync("authorization { user: me, password: right }");

        await using (await ConnectAsync(server, ("auth.username", "me"), ("auth.password", "right")))
        {
            // It is in.
        }

        var wrong = await RefusedAsync(server, ("auth.username", "me"), ("auth.password", "wrong"));
        Assert.Equal(FailureKind.Credentials, wrong.Kind);
        Assert.Contains("refused user me: check name and password", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_NKey_signs_in()
    {
        var key = NatsKeys.User;
        await using var server = await NatsServer.StartAsync(
            $"authorization {{ users: [ {{ nkey: {key.Public} }} ] }}"
        );

        await using var session = await ConnectAsync(server, ("auth.nkey_seed", key.Seed));

        Assert.Contains(
            session.Facts,
            fact => fact.Label == "signed in as" && fact.Value.StartsWith("the NKey U", StringComparison.Ordinal)
        );
        var other = await RefusedAsync(server, ("auth.nkey_seed", NatsKeys.User.Seed));
        Assert.Equal(FailureKind.Credentials, other.Kind);
    }

    [Theory]
    [InlineData("SUAB", "checksum")]
    [InlineData("hello world", "a character that no NKey has")]
    public async Task A_damaged_seed_is_named_before_anything_is_sent(string seed, string why)
    {
        await using var server = await NatsServer.StartAsync();

        var refused = await RefusedAsync(server, ("auth.nkey_seed", seed));

        Assert.Equal(FailureKind.Configuration, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(seed, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_sign_in_and_say_how_long_they_are_good_for()
    {
        using var accounts = new NatsAccounts();
        await using var server = await NatsServer.StartAsync(accounts.Configuration);
        var surroundings = new Surroundings();

        await using var session = await ConnectAsync(
            server,
            surroundings,
            ("auth.credentials_file", accounts.Credentials("soon", TimeProvider.System.GetUtcNow().AddHours(3)))
        );

        Assert.Contains(session.Facts, fact => fact is { Label: "JWT valid until", Tone: FactTone.Warning });
        Assert.Contains(session.Facts, fact => fact is { Label: "signed in as", Value: "the JWT of user soon" });
        Assert.True(surroundings.Notices.Reader.TryRead(out var notice));
        Assert.StartsWith("The JWT of user soon ends at", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_have_expired_are_not_even_sent()
    {
        using var accounts = new NatsAccounts();
        await using var server = await NatsServer.StartAsync(accounts.Configuration);

        var refused = await RefusedAsync(
            server,
            ("auth.credentials_file", accounts.Credentials("gone", TimeProvider.System.GetUtcNow().AddHours(-1)))
        );

        Assert.Equal(FailureKind.Credentials, refused.Kind);
        Assert.Contains("the JWT of user gone expired on", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_expire_while_connected_end_the_connection_once_and_for_good()
    {
        using var accounts = new NatsAccounts();
        await using var server = await NatsServer.StartAsync(accounts.Configuration);
        await using var session = await ConnectAsync(
            server,
            ("auth.credentials_file", accounts.Credentials("brief", TimeProvider.System.GetUtcNow().AddSeconds(3)))
        );

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );

        Assert.Equal(FailureKind.Credentials, lost.Kind);
        Assert.True(lost.IsFinal);
        Assert.Contains("not valid any more", lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "SUAB", "its seed is damaged")]
    [InlineData("a.b", null, "its JWT is damaged")]
    [InlineData("a.b.c", null, "its JWT is damaged")]
    public async Task Damaged_credentials_are_named(string jwt, string? seed, string why)
    {
        using var accounts = new NatsAccounts();
        await using var server = await NatsServer.StartAsync(accounts.Configuration);
        var path = accounts.Write("bad", jwt, seed ?? NatsKeys.User.Seed);

        var refused = await RefusedAsync(server, ("auth.credentials_file", path));

        Assert.Equal(FailureKind.Configuration, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_of_another_account_is_refused()
    {
        using var accounts = new NatsAccounts();
        using var others = new NatsAccounts();
        await using var server = await NatsServer.StartAsync(accounts.Configuration);

        var refused = await RefusedAsync(server, ("auth.credentials_file", others.Credentials("stranger")));

        Assert.Equal(FailureKind.Credentials, refused.Kind);
    }

    [Fact]
    public void Two_ways_to_sign_in_are_one_too_many()
    {
        var problems = NatsProfiles.ProblemsOf(("auth.token", "t"), ("auth.username", "u"));

        Assert.Equal("auth.username", Assert.Single(problems).Key);
    }

    private static Task<ISession> ConnectAsync(NatsServer server, params (string Key, string Value)[] values) =>
        ConnectAsync(server, new Surroundings(), values);

    private static Task<ISession> ConnectAsync(
        NatsServer server,
        Surroundings surroundings,
        params (string Key, string Value)[] values
    ) =>
        NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(server.Port, values),
            surroundings.Context,
            CancellationToken.None
        );

    private static Task<TransportException> RefusedAsync(
        NatsServer server,
        params (string Key, string Value)[] values
    ) => Assert.ThrowsAsync<TransportException>(() => ConnectAsync(server, values));
}

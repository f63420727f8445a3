using System.Text.RegularExpressions;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>The objectives of the CoAP plug tests (ETSI TS 103 596) with our server and the client of libcoap.</summary>
public sealed partial class PlugServerTests : IAsyncLifetime
{
    private CoapServed _server = null!;

    public async Task InitializeAsync() =>
        _server = await CoapServed.StartAsync(
            ("coap.ack_timeout", "200ms"),
            ("coap.resources", "/test=hello,/seg1/seg2/seg3=deep")
        );

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task CORE_01_GET_confirmable() => Came(await AskAsync("/test"), "ACK", "2.05", "hello");

    [Fact]
    public async Task CORE_02_DELETE_confirmable()
    {
        Came(await AskAsync("/test", "-m", "delete"), "ACK", "2.02");
        Came(await AskAsync("/test"), "ACK", "4.04");
    }

    [Fact]
    public async Task CORE_03_PUT_confirmable()
    {
        Came(await AskAsync("/new", "-m", "put", "-e", "one", "-t", "0"), "ACK", "2.01");
        Came(await AskAsync("/new", "-m", "put", "-e", "two", "-t", "0"), "ACK", "2.04");
        Came(await AskAsync("/new"), "ACK", "2.05", "two");
    }

    [Fact]
    public async Task CORE_04_POST_confirmable() =>
        Assert.Contains(
            "Location-Path:test, Location-Path:1",
            Came(await AskAsync("/test", "-m", "post", "-e", "x"), "ACK", "2.01"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task CORE_05_GET_non_confirmable() => Came(await AskAsync("/test", "-N"), "NON", "2.05", "hello");

    [Fact]
    public async Task CORE_06_DELETE_non_confirmable() =>
        Came(await AskAsync("/test", "-N", "-m", "delete"), "NON", "2.02");

    [Fact]
    public async Task CORE_07_PUT_non_confirmable() =>
        Came(await AskAsync("/test", "-N", "-m", "put", "-e", "x"), "NON", "2.04");

    [Fact]
    public async Task CORE_08_POST_non_confirmable() =>
        Came(await AskAsync("/test", "-N", "-m", "post", "-e", "x"), "NON", "2.01");

    [Fact]
    public async Task CORE_09_separate_response()
    {
        await _server.ActAsync("/test", "answer", ("kind", "separate"), ("delay", "300ms"));
        var said = await AskAsync("/test");
        Came(said, "ACK", "0.00");
        Came(said, "CON", "2.05", "hello");
    }

    [Theory]
    [InlineData("CORE_10", "48 01 12 34 01 02 03 04 05 06 07 08 b4 74 65 73 74")]
    [InlineData("CORE_11", "51 01 12 34 ff b4 74 65 73 74")]
    [InlineData("CORE_12", "40 01 12 34 b4 74 65 73 74")]
    public async Task CORE_tokens_of_any_length_come_back(string objective, string request)
    {
        Assert.StartsWith("CORE_", objective, StringComparison.Ordinal);
        using var peer = new RawCoap(_server.Port);
        var sent = Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal));
        var length = sent[0] & 0x0f;

        var answer = await peer.AskAsync(request);

        Assert.Equal(0x45, answer[1]);
        Assert.Equal(length, answer[0] & 0x0f);
        Assert.Equal(sent[4..(4 + length)], answer[4..(4 + length)]);
    }

    [Fact]
    public async Task CORE_13_several_path_segments() => Came(await AskAsync("/seg1/seg2/seg3"), "ACK", "2.05", "deep");

    [Fact]
    public async Task CORE_14_several_queries_are_listed()
    {
        Came(await AskAsync("/test?first=1&second=2"), "ACK", "2.05");
        Assert.Equal("/test?first=1&second=2", (await _server.Surroundings.NextInAsync()).Topic);
    }

    [Fact]
    public async Task CORE_17_separate_response_non_confirmable()
    {
        await _server.ActAsync("/test", "answer", ("kind", "separate"), ("delay", "300ms"));
        var said = await AskAsync("/test", "-N");
        Came(said, "NON", "2.05", "hello");
        Assert.DoesNotContain("t:ACK", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CORE_18_POST_creates_at_a_location()
    {
        Came(await AskAsync("/", "-m", "post", "-e", "made"), "ACK", "2.01");
        Came(await AskAsync("/1"), "ACK", "2.05", "made");
    }

    [Fact]
    public async Task CORE_20_Accept()
    {
        await _server.PutAsync("/json", "{}", ("content_format", "json"));
        Came(await AskAsync("/json", "-A", "50"), "ACK", "2.05");
        Came(await AskAsync("/json", "-A", "41"), "ACK", "4.06");
    }

    [Fact]
    public async Task CORE_21_ETag()
    {
        var tag = TagOf(await AskAsync("/test"));
        Came(await AskAsync("/test", "-O", $"4,{tag}"), "ACK", "2.03");
        await PutTextAsync("changed");
        Came(await AskAsync("/test", "-O", $"4,{tag}"), "ACK", "2.05", "changed");
    }

    [Fact]
    public async Task CORE_22_If_Match()
    {
        var tag = TagOf(await AskAsync("/test"));
        Came(await AskAsync("/test", "-m", "put", "-e", "two", "-O", $"1,{tag}"), "ACK", "2.04");
        Came(await AskAsync("/test", "-m", "put", "-e", "three", "-O", $"1,{tag}"), "ACK", "4.12");
        Came(await AskAsync("/test"), "ACK", "2.05", "two");
    }

    [Fact]
    public async Task CORE_23_If_None_Match()
    {
        Came(await AskAsync("/create", "-m", "put", "-e", "one", "-O", "5,"), "ACK", "2.01");
        Came(await AskAsync("/create", "-m", "put", "-e", "two", "-O", "5,"), "ACK", "4.12");
    }

    [Fact]
    public async Task LINK_01_discovery() =>
        Assert.Contains(
            "</seg1/seg2/seg3>",
            Came(await AskAsync("/.well-known/core"), "ACK", "2.05"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("LINK_02", "rt=temperature-c", "/kiln")]
    [InlineData("LINK_03", "rt=*", "/kiln")]
    [InlineData("LINK_04", "rt=indoor", "/kiln")]
    [InlineData("LINK_05", "if=if1", "/kiln")]
    [InlineData("LINK_06", "sz=*", "/test")]
    [InlineData("LINK_07", "href=/seg1/*", "/seg1/seg2/seg3")]
    [InlineData("LINK_08", "href=/test", "/test")]
    [InlineData("LINK_09", "ct=50", "/json")]
    public async Task LINK_filters(string objective, string filter, string found)
    {
        Assert.StartsWith("LINK_", objective, StringComparison.Ordinal);
        await _server.PutAsync("/json", "{}", ("content_format", "json"));
        await _server.PutAsync("/kiln", "");
        var described = await _server.ActAsync(
            "/kiln",
            "describe",
            ("resource_type", "temperature-c indoor"),
            ("interface", "if1")
        );
        Assert.True(described.IsDone, described.Text);

        var listed = Came(await AskAsync($"/.well-known/core?{filter}"), "ACK", "2.05");

        Assert.Contains($"<{found}>", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(found == "/kiln" ? "</test>" : "</kiln>", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BLOCK_01_GET_with_early_negotiation()
    {
        await _server.PutAsync("/large", new string('a', 1000));
        var said = await AskAsync("/large", "-b", "64");
        Assert.Contains("Block2:0/M/64", said, StringComparison.Ordinal);
        Assert.Contains("Block2:15/_/64", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BLOCK_02_GET_with_late_negotiation()
    {
        await _server.PutAsync("/large", new string('a', 3000));
        var said = await AskAsync("/large");
        Assert.Contains("Block2:0/M/1024", said, StringComparison.Ordinal);
        Assert.Contains("Block2:2/_/1024", said, StringComparison.Ordinal);
        Assert.Contains("Size2:3000", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BLOCK_03", "put", "2.04")]
    [InlineData("BLOCK_04", "post", "2.01")]
    public async Task BLOCK_bodies_of_requests(string objective, string method, string code)
    {
        Assert.StartsWith("BLOCK_", objective, StringComparison.Ordinal);
        var said = await AskAsync("/test", "-m", method, "-b", "64", "-e", new string('b', 300));

        Came(said, "ACK", "2.31");
        Came(said, "ACK", code);
        var whole = await _server.Surroundings.NextInAsync();
        Assert.Equal(new string('b', 300), CoapProfiles.Text(whole));
    }

    [Fact]
    public async Task A_request_that_is_larger_than_we_take_is_told_how_much_that_is()
    {
        await using var small = await CoapServed.StartAsync(("coap.max_body", "1KB"));
        var said = await Libcoap.AskAsync(
            "notls",
            $"{small.Url}/x",
            "-m",
            "put",
            "-b",
            "64",
            "-e",
            new string('b', 3000)
        );
        Assert.Contains("Size1:1024", Came(said, "ACK", "4.13"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_gets_smaller_blocks_than_it_offers()
    {
        await using var small = await CoapServed.StartAsync(("coap.block_size", "32"));
        var said = await Libcoap.AskAsync("notls", $"{small.Url}/x", "-m", "put", "-e", new string('b', 2000));
        Assert.Contains("Block1:0/M/32", said, StringComparison.Ordinal);
        Assert.Equal(2000, (await small.Surroundings.NextInAsync()).Payload.Length);
    }

    [Theory]
    [InlineData("OBS_01 and OBS_03", false)]
    [InlineData("OBS_02", true)]
    public async Task OBS_notifications_and_the_end_that_the_client_asks_for(string objective, bool isNon)
    {
        Assert.StartsWith("OBS_", objective, StringComparison.Ordinal);
        string[] kind = isNon ? ["-N"] : [];
        var observing = AskAsync("/test", ["-s", "2", .. kind]);
        Assert.Equal("/test", (await _server.NodeAsync("observers", "")).FactOf("resource"));
        await PutTextAsync("changed");

        var said = await observing;

        Came(said, "CON", "2.05", "changed");
        Assert.Contains("Observe:1,", said, StringComparison.Ordinal);
        await ForgottenAsync();
    }

    [Fact]
    public async Task OBS_05_an_observer_that_went_away_is_forgotten_when_it_does_not_confirm()
    {
        using (var gone = new RawCoap(_server.Port))
        {
            // GET /test, Observe 0.
            var answer = await gone.AskAsync("44 01 00 01 aa bb cc dd 60 54 74 65 73 74");
            Assert.Equal(0x45, answer[1]);
        }

        await PutTextAsync("changed");
        await ForgottenAsync();
    }

    [Fact]
    public async Task Who_registers_again_goes_on_being_told()
    {
        using var peer = new RawCoap(_server.Port);
        for (var id = 1; id <= 3; id++)
            Assert.Equal(0x45, (await peer.AskAsync($"44 01 00 0{id} aa bb cc dd 60 54 74 65 73 74"))[1]);
        for (var i = 0; i < 3; i++)
        {
            var put = await PutTextAsync($"changed {i}");
            Assert.Contains("1 observer is told", put.Text, StringComparison.Ordinal);
            var notification = await peer.ReceiveAsync();
            await peer.SendAsync([0x60, 0x00, notification[2], notification[3]]);
        }
    }

    [Fact]
    public async Task OBS_08_who_observes_one_format_is_not_told_another()
    {
        using var peer = new RawCoap(_server.Port);
        await peer.AskAsync("44 01 00 01 aa bb cc dd 60 54 74 65 73 74");
        await _server.PutAsync("/test", "{}", ("content_format", "json"));
        Assert.Equal(0x86, (await peer.ReceiveAsync())[1]);
        await ForgottenAsync();
    }

    [Fact]
    public async Task OBS_10_a_GET_does_not_end_an_observation()
    {
        using var peer = new RawCoap(_server.Port);
        await peer.AskAsync("44 01 00 01 aa bb cc dd 60 54 74 65 73 74");
        await peer.AskAsync("44 01 00 02 aa bb cc de b4 74 65 73 74");
        Assert.Contains("1 observer is told", (await PutTextAsync("changed")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OBS_06_a_reset_ends_an_observation()
    {
        using var peer = new RawCoap(_server.Port);
        await peer.AskAsync("44 01 00 01 aa bb cc dd 60 54 74 65 73 74");
        await PutTextAsync("changed");
        var notification = await peer.ReceiveAsync();
        Assert.Equal(0x44, notification[0]);
        await peer.SendAsync([0x70, 0x00, notification[2], notification[3]]);
        await ForgottenAsync();
    }

    [Fact]
    public async Task OBS_07_a_resource_that_is_deleted_tells_its_observers_so()
    {
        using var peer = new RawCoap(_server.Port);
        await peer.AskAsync("44 01 00 01 aa bb cc dd 60 54 74 65 73 74");
        await _server.ActAsync("/test", "delete");
        Assert.Equal(0x84, (await peer.ReceiveAsync())[1]);
    }

    [Fact]
    public async Task CORE_15_a_lossy_way_is_gone_over_in_both_directions()
    {
        await using var client = await CoapProfiles.ConnectAsync(
            _server.Url,
            new Surroundings(),
            ("coap.ack_timeout", "20ms"),
            ("coap.max_retransmit", "10")
        );
        await LoseAsync(client, 30);

        for (var i = 0; i < 30; i++)
        {
            var result = await client.PublishAsync(CoapProfiles.Message($"{i}", "/test"), CancellationToken.None);
            Assert.True(result.IsAccepted, result.Text);
        }

        Assert.Contains(client.Facts, fact => fact.Label == "simulated loss");
        var requests = _server.Surroundings.Waiting().Where(message => message.Direction == Direction.In);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i}"), requests.Select(CoapProfiles.Text));
    }

    [Fact]
    public async Task BLOCK_bodies_survive_a_lossy_way()
    {
        await using var client = await CoapProfiles.ConnectAsync(
            _server.Url,
            new Surroundings(),
            ("coap.ack_timeout", "20ms"),
            ("coap.max_retransmit", "10"),
            ("coap.block_size", "64")
        );
        await LoseAsync(client, 20);
        var body = string.Concat(Enumerable.Range(0, 400).Select(i => $"{i} "));

        var put = await client.PublishAsync(CoapProfiles.Message(body, "/large"), CancellationToken.None);
        Assert.True(put.IsAccepted, put.Text);
        Assert.Equal(body, CoapProfiles.Text(await _server.Surroundings.NextInAsync("/large")));
    }

    internal static async Task LoseAsync(ISession session, int percent)
    {
        var browser = session.Feature<TraceMQ.Transport.Browsing.IBrowsable>()!;
        await foreach (var node in browser.ListAsync(null, CancellationToken.None))
        {
            var action = node.Actions.Single(item => item.Name == "simulate_loss");
            var values = TraceMQ.Transport.Settings.SettingValues.Empty;
            foreach (var setting in action.Settings)
                values = values.WithObject(setting, (long)percent);
            var plan = await browser.PlanAsync(
                node.Path,
                new TraceMQ.Transport.Browsing.ActionCall(action, values),
                CancellationToken.None
            );
            Assert.True((await browser.RunAsync(plan, CancellationToken.None)).IsDone);
            return;
        }
    }

    private Task ForgottenAsync() =>
        Surroundings.UntilAsync(
            () => _server.Session.Facts.Single(fact => fact.Label == "observers").Value == "0",
            "the end of the observation"
        );

    // A text, as the resource was from the beginning.
    private Task<PublishResult> PutTextAsync(string content) =>
        _server.PutAsync("/test", content, ("content_format", "text"));

    private Task<string> AskAsync(string path, params string[] arguments) =>
        Libcoap.AskAsync("notls", _server.Url + path, arguments);

    /// <summary>The line of a packet of this type, code and content.</summary>
    private static string Came(string said, string type, string code, string content = "")
    {
        var line = said.Split('\n')
            .LastOrDefault(item =>
                item.StartsWith($"v:1 t:{type} c:{code} ", StringComparison.Ordinal)
                && (content.Length == 0 || item.Contains($":: '{content}'", StringComparison.Ordinal))
            );
        Assert.True(line is not null, said);
        return line;
    }

    private static string TagOf(string said) => Tag().Match(said).Groups["tag"].Value;

    [GeneratedRegex("ETag:(?<tag>0x[0-9a-f]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();
}

using CsCheck;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class EndpointUrlTests
{
    private static readonly UrlScheme[] s_schemes =
    [
        new("mqtt", Carrier.Tcp, 1883, ["tcp"]),
        new("mqtts", Carrier.Tls, 8883, ["tls"]),
        new("mqtt+wss", Carrier.SecureWebSocket, 443, ["wss"]),
    ];

    [Theory]
    [InlineData("mqtt://broker", "mqtt", "broker", 1883, "")]
    [InlineData("MQTTS://Broker.example.com", "mqtts", "Broker.example.com", 8883, "")]
    [InlineData("tls://broker:1", "mqtts", "broker", 1, "")]
    [InlineData("mqtt://broker:0", "mqtt", "broker", 0, "")]
    [InlineData("mqtt://[::1]", "mqtt", "::1", 1883, "")]
    [InlineData("mqtt://[fe80::1%eth0]:65535", "mqtt", "fe80::1%eth0", 65535, "")]
    [InlineData("wss://broker:8443/mqtt?x=1#y", "mqtt+wss", "broker", 8443, "/mqtt?x=1#y")]
    [InlineData("mqtt+wss://broker?token=a@b", "mqtt+wss", "broker", 443, "?token=a@b")]
    public void A_url_gives_its_parts(string url, string scheme, string host, int port, string path)
    {
        var endpoint = EndpointUrl.Parse(url, s_schemes, out var problem);

        Assert.Null(problem);
        Assert.Equal(
            (scheme, host, port, path),
            (endpoint!.Scheme.Name, endpoint.Host, endpoint.Port, endpoint.PathAndQuery)
        );
    }

    [Theory]
    [InlineData("broker:1883", "write a URL such as \"mqtt://localhost:1883\"")]
    [InlineData(
        "http://broker",
        "\"http://\" is not a scheme of this protocol; there are mqtt://, mqtts://, mqtt+wss://"
    )]
    [InlineData("mqtt://", "the URL has no host name")]
    [InlineData("mqtt://:1883", "the URL has no host name")]
    [InlineData("mqtt://two words", "the URL has no host name")]
    [InlineData("mqtt://\u001b[2J", "the URL has no host name")]
    [InlineData("mqtt://[::1", "the URL has no host name")]
    [InlineData("mqtt://[broker]", "only an IPv6 address stands in brackets")]
    [InlineData("mqtt://::1", "write an IPv6 address in brackets: mqtt://[::1]")]
    [InlineData("mqtt://[::1]1883", "is no port; it must be from 1 to 65535")]
    [InlineData("mqtt://broker:65536", "is no port; it must be from 1 to 65535")]
    [InlineData("mqtt://broker:-1", "is no port; it must be from 1 to 65535")]
    [InlineData("mqtt://broker:", "is no port; it must be from 1 to 65535")]
    public void What_is_no_url_says_what_is_wrong(string url, string expected)
    {
        Assert.Null(EndpointUrl.Parse(url, s_schemes, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_are_unescaped_and_not_part_of_the_text()
    {
        var endpoint = EndpointUrl.Parse("mqtt://m%65:p%40ss:w@rd@broker", s_schemes, out _)!;

        Assert.Equal("me", endpoint.Username);
        Assert.Equal("p@ss:w@rd", endpoint.Password!.Reveal());
        Assert.Equal("broker", endpoint.Host);
        Assert.Equal("mqtt://broker:1883", endpoint.ToString());
        Assert.Null(EndpointUrl.Parse("mqtt://me@broker", s_schemes, out _)!.Password);
    }

    // The last two are what people do with a password that holds a slash, or with a copied line.
    [Theory]
    [InlineData("http://me:geheim@broker")]
    [InlineData("mqtt://me:geheim@broker:99999")]
    [InlineData("mqtt://me:geheim@")]
    [InlineData("me:geheim@broker")]
    [InlineData("mqtt://me:geheim/1@broker")]
    [InlineData("me:geheim@mqtt://broker")]
    public void A_problem_never_shows_the_password(string url)
    {
        Assert.Null(EndpointUrl.Parse(url, s_schemes, out var problem));
        Assert.DoesNotContain("geheim", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_an_endpoint_that_can_be_written_and_read_again_or_a_problem() =>
        Gen.Select(
                Gen.OneOf<string>("mqtt://", "mqtts://", "tls://", "x://", ""),
                Gen.OneOf(Gen.String[Gen.Char["ab[]:@/?#%1 .\u001b"], 0, 20], Gen.String)
            )
            .Sample(
                (scheme, rest) =>
                {
                    var endpoint = EndpointUrl.Parse(scheme + rest, s_schemes, out var problem);
                    if (endpoint is null)
                        return problem!.Length > 0;
                    return problem is null
                        && EndpointUrl.Parse(endpoint.ToString(), s_schemes, out _)
                            == endpoint with
                            {
                                Username = null,
                                Password = null,
                            };
                },
                iter: 20_000
            );
}

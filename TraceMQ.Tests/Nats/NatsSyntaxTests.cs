using System.Buffers;
using System.Text;
using CsCheck;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Nats;

namespace TraceMQ.Tests.Nats;

public sealed class NatsSyntaxTests
{
    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("a.>", "a.b.c", true)]
    [InlineData("a.>", "a", false)]
    [InlineData(">", "a", true)]
    [InlineData("*.b", "a.b", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("a.b.c", "a.b", false)]
    [InlineData("a", "b", false)]
    public void Wildcards_match_as_the_documentation_says(string pattern, string subject, bool matches) =>
        Assert.Equal(matches, new NatsSubjects().Matches(pattern, subject));

    [Theory]
    [InlineData("a.>", null)]
    [InlineData("*.b", null)]
    [InlineData("a.>.b", "nothing can follow")]
    [InlineData(">.b", "nothing can follow")]
    [InlineData("a..b", "empty")]
    [InlineData("a\tb", "spaces")]
    [InlineData("", "empty")]
    public void Patterns_are_checked(string pattern, string? problem)
    {
        var found = new NatsSubjects().ValidatePattern(pattern);
        if (problem is null)
            Assert.Null(found);
        else
            Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acme", "orders", "acme.orders")]
    [InlineData("acme.", "orders", "acme.orders")]
    [InlineData("", "orders", "orders")]
    [InlineData("acme", "_INBOX.a", "_INBOX.a")]
    [InlineData("acme", "$JS.API.INFO", "$JS.API.INFO")]
    public void A_prefix_leaves_the_servers_own_subjects_alone(string written, string topic, string subject)
    {
        var prefix = new NatsPrefix(written);
        Assert.Equal(subject, prefix.Subject(topic));
        Assert.Equal(topic, prefix.Topic(subject));
    }

    [Fact]
    public void Headers_are_read_whatever_their_bytes()
    {
        var block = "NATS/1.0 503 No Responders\r\nA: 1\r\nA:2\r\nbad \r\n: x\r\nB: "u8
            .ToArray()
            .Concat(new byte[] { 0xff, 0x0d, 0x0a, 0x0d, 0x0a })
            .ToArray();

        var (headers, status) = NatsHeaderBlock.Read(new ReadOnlySequence<byte>(block));

        Assert.Equal("503 No Responders", status);
        Assert.Equal([new Header("A", "1"), new Header("A", "2"), new Header("B", "\ufffd")], headers);
    }

    [Fact]
    public void Reading_headers_and_greetings_never_fails() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                NatsHeaderBlock.Read(new ReadOnlySequence<byte>(bytes));
                NatsServerInfo.Parse([.. "INFO "u8, .. bytes]);
                NatsServerInfo.Parse(bytes);
            });

    [Fact]
    public void The_protocol_is_followed_however_it_is_cut()
    {
        var stream = Encoding.Latin1.GetBytes(
            "INFO {}\r\nPING\r\nMSG a 1 5\r\n-ERR \r\r\nHMSG b 2 r 12 15\r\nNATS/1.0\r\n\r\nabc\r\n-ERR 'Permissions Violation'\r\n+OK\r\n"
        );
        Gen.Int[1, 7]
            .Array[1, 40]
            .Sample(cuts =>
            {
                var errors = new List<string>();
                var tap = new NatsTap(Direction.In, new Surroundings().Context, errors.Add);
                var at = 0;
                for (var i = 0; at < stream.Length; i++)
                {
                    var length = Math.Min(cuts[i % cuts.Length], stream.Length - at);
                    tap.Feed(stream.AsSpan(at, length));
                    at += length;
                }

                // The one inside of a payload is none.
                Assert.Equal(["Permissions Violation"], errors);
            });
    }

    [Fact]
    public void Following_the_protocol_survives_any_bytes() =>
        Gen
            .Byte.Array[0, 300]
            .Sample(bytes =>
            {
                var surroundings = new Surroundings();
                var tap = new NatsTap(Direction.In, surroundings.Context, _ => { });
                tap.Feed("HMSG a 1 "u8);
                tap.Feed(bytes);
                tap.Feed("\r\n"u8);
                tap.Feed(bytes);
            });
}

using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Long;

/// <summary>Everything that reads what others wrote, with a great many inputs that nobody would write.</summary>
[Trait("Category", "Long")]
public sealed class FuzzTests
{
    private const long Rounds = 200_000;

    private static readonly Gen<string> s_texts = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["[]{}()\"'=.,:#/\\!<>\n\r\t abc019-+*~$\u001b\u202e\ud83d\ude00"], 0, 80]
    );

    [Fact]
    public void A_configuration_of_any_characters_never_throws() =>
        s_texts.Sample(text => ConfigFile.Parse("f", text, Transports.All) is not null, iter: Rounds);

    [Fact]
    public void A_filter_of_any_characters_is_one_or_says_why_not() =>
        s_texts.Sample(
            text =>
            {
                var parsed = MessageFilter.Parse(text, [.. Transports.All.Select(transport => transport.Topics)]);
                return (parsed.Filter is null) == (parsed.Problem is not null);
            },
            iter: Rounds
        );

    [Fact]
    public void A_shared_profile_of_any_characters_never_throws() =>
        s_texts.Sample(text => ProfileImport.Read(text, Transports.All, []) is not null, iter: Rounds);

    [Fact]
    public void A_payload_of_any_bytes_is_shown_without_a_character_that_a_terminal_obeys() =>
        Gen
            .Byte.Array[0, 300]
            .Sample(
                payload =>
                    PayloadFormats.All.All(format =>
                        format
                            .Read(payload, CancellationToken.None)
                            .Plain(100)
                            .All(line =>
                                !line.Any(character => char.IsControl(character) || character is '\u202e' or '\u200b')
                            )
                    ),
                iter: Rounds / 4
            );

    [Fact]
    public void A_text_of_any_characters_becomes_harmless() =>
        Gen.String.Sample(text => SafeText.Line(text).All(character => !char.IsControl(character)), iter: Rounds);
}

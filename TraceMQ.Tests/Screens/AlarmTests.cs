using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Tui.Screens.Reading;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Screens;

/// <summary>What is dangerous about a connection is seen as long as it lives, in words and not by a colour alone.</summary>
public sealed class AlarmTests
{
    private static readonly Fact s_alarm = new("not verified", "anyone on the way can read along")
    {
        Tone = FactTone.Alarm,
    };

    private static readonly Fact s_warning = new("certificate", "lo\u001b[31mcal, expires within a day")
    {
        Tone = FactTone.Warning,
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_alarm_is_a_red_mark_in_the_header_while_it_is_connected_and_while_it_tries_again(bool isAscii)
    {
        var (desk, source) = Connected(s_alarm, s_warning);
        AssertMarked(desk, isAscii);

        var lost = new TransportException(FailureKind.Lost, "the connection was lost");
        desk.Report(source, new SessionEvent.Waiting(lost, TimeSpan.FromSeconds(4)));
        AssertMarked(desk, isAscii);
    }

    [Fact]
    public void A_warning_and_a_plain_fact_leave_the_header_alone()
    {
        var (desk, _) = Connected(s_warning);

        var header = Header(desk.Paint());

        Assert.DoesNotContain("CERTIFICATE", header, StringComparison.Ordinal);
        Assert.Contains("Plant A", header, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mark_goes_with_the_session_that_had_it()
    {
        var (desk, source) = Connected(s_alarm);

        desk.Report(source, new SessionEvent.Connected(Capabilities.Subscribe, [new Fact("server", "x")]));

        Assert.DoesNotContain("NOT VERIFIED", Header(desk.Paint()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_card_shows_alarms_and_warnings_in_their_tones_with_clean_text()
    {
        var (desk, _) = Connected(new Fact("encryption", "TLS 1.3"), s_alarm, s_warning);
        desk.Press("i");

        var lines = desk.State.Find<ReadingState>()!.Lines;

        var alarm = lines.Single(line => line.Plain.Contains("NOT VERIFIED", StringComparison.Ordinal));
        Assert.Equal(Tone.Danger, alarm.Spans[0].Tone);
        Assert.Equal(Tone.Error, alarm.Spans[^1].Tone);
        var warning = lines.Single(line => line.Plain.Contains("expires within", StringComparison.Ordinal));
        Assert.Equal(Tone.Warning, warning.Spans[^1].Tone);
        Assert.DoesNotContain('\u001b', warning.Plain);
        var plain = lines.Single(line => line.Plain.Contains("TLS 1.3", StringComparison.Ordinal));
        Assert.Equal(Tone.Normal, plain.Spans[^1].Tone);
        // The values stand below each other.
        Assert.Single(
            new[] { alarm, warning, plain }.Select(line => line.Plain.Length - line.Spans[^1].Text.Length).Distinct()
        );
    }

    [Fact]
    public void Why_a_connection_failed_is_read_to_its_end_on_the_card()
    {
        var (desk, _) = Connected(s_warning);
        var sentence = string.Join(" ", Enumerable.Range(0, 20).Select(i => $"reason-{i}")) + " and what to do.";
        foreach (var source in desk.State.Connections.Keys.ToList())
            desk.Report(source, new SessionEvent.Ended(new TransportException(FailureKind.Configuration, sentence)));
        desk.Paint(80, 24);
        desk.Press("i");

        var painted = desk.Paint(80, 24).Text;

        Assert.Contains("failed: reason-0", painted, StringComparison.Ordinal);
        Assert.Contains("and what to do.", painted, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_fact_goes_on_in_the_next_line_instead_of_being_cut()
    {
        var names = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"host-{i}.example.com"));
        var (desk, _) = Connected(new Fact("certificate names", names));
        desk.Paint(80, 24);
        desk.Press("i");

        var painted = desk.Paint(80, 24).Text;

        Assert.Contains("host-0.example.com", painted, StringComparison.Ordinal);
        Assert.Contains("host-19.example.com", painted, StringComparison.Ordinal);
    }

    // A certificate's subject is in the sentence that refuses it.
    [Fact]
    public void A_hostile_reason_of_a_failure_is_harmless_on_the_card()
    {
        var (desk, source) = Connected(s_warning);
        var refused = new TransportException(FailureKind.Tls, "comes from \"\u001b[31mred\u202Eevil\nline\"");
        desk.Report(source, new SessionEvent.Waiting(refused, TimeSpan.FromSeconds(4)));
        desk.Press("i");

        Pictures.AssertSound(desk.Paint());
        desk.Report(source, new SessionEvent.Ended(refused));
        desk.Press("Esc", "i");
        Pictures.AssertSound(desk.Paint());
    }

    private static (Desk Desk, int Source) Connected(params IReadOnlyList<Fact> facts)
    {
        var desk = Plant.Busy();
        var source = desk.State.ConnectionOf("Plant A")!.Source;
        desk.Report(source, new SessionEvent.Connected(Capabilities.Subscribe, facts));
        return (desk, source);
    }

    private static string Header(Canvas canvas) => canvas.Text[..canvas.Text.IndexOf('\n', StringComparison.Ordinal)];

    private static void AssertMarked(Desk desk, bool isAscii)
    {
        var canvas = desk.Paint(isAscii: isAscii);
        var at = Header(canvas).IndexOf(" NOT VERIFIED ", StringComparison.Ordinal);
        Assert.True(at > 0, Header(canvas));
        Assert.Equal(Tone.Danger, canvas[at + 2, 0].Tone);
        Assert.True(Header(canvas).IndexOf("Plant A", StringComparison.Ordinal) > at);
    }
}

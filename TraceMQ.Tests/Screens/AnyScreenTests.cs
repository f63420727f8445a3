using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Screens;

public sealed class AnyScreenTests
{
    private static readonly string[] s_keys =
    [
        .. Tui.Commands.CommandTable.Default.All.SelectMany(command => command.KeyList),
        "Enter",
        "Esc",
        "Down",
        "Tab",
        "x",
        "工",
    ];

    [Fact]
    public void No_size_and_no_sequence_of_keys_breaks_a_picture() =>
        Gen.Select(
                Gen.Int[0, s_keys.Length - 1].Select(at => s_keys[at]).Array[0, 25],
                Gen.Select(Gen.Int[1, 200], Gen.Int[1, 60]).Array[1, 4],
                Gen.Bool
            )
            .Sample(
                (keys, sizes, isAscii) =>
                {
                    var desk = new Desk(Plant.Profiles, Transports.Find("mqtt")!);
                    var source = desk.Connect("Bench");
                    foreach (var (topic, payload) in Hostile.Messages)
                        desk.Receive(source, Plant.Message(desk, topic, payload));
                    var at = 0;
                    foreach (var (width, height) in sizes)
                    {
                        Pictures.AssertSound(desk.Paint(width, height, isAscii));
                        foreach (var key in keys[at..])
                        {
                            desk.Press(key);
                            if (desk.Effects.Count % 3 == 0)
                                desk.Mouse(MouseKind.Click, at * 7 % width, at * 3 % height);
                            Pictures.AssertSound(desk.Paint(width, height, isAscii));
                        }

                        at = keys.Length / 2;
                    }
                },
                iter: 60,
                threads: 1
            );

    [Fact]
    public void Ascii_is_ascii_whatever_comes()
    {
        var desk = new Desk(Plant.Profiles, Transports.Find("mqtt")!);
        var source = desk.Connect("Bench");
        foreach (var (topic, payload) in Hostile.Messages)
            desk.Receive(source, Plant.Message(desk, topic, payload));
        foreach (var key in new[] { "2", "1", "4", ".", ".", "?", "Esc", ":", "Esc", "3", "p" })
        {
            desk.Press(key);
            Assert.DoesNotContain(
                desk.Paint(100, 30, isAscii: true).Text,
                character => character is not '\n' and (< ' ' or > '~')
            );
        }
    }

    [Fact]
    public void Anything_written_anywhere_leaves_whole_characters() =>
        Gen.Select(
                Gen.Select(
                    Gen.Int[-3, 12],
                    Gen.Int[-1, 4],
                    Gen.Int[0, Hostile.Texts.Length - 1].Select(at => Hostile.Texts[at]),
                    Gen.Int[0, 9]
                ).Array[1, 12],
                Gen.Int[1, 12]
            )
            .Sample(
                (writes, width) =>
                {
                    var canvas = new Canvas(width, 3, Glyphs.Unicode);
                    foreach (var (x, y, text, room) in writes)
                    {
                        if (room == 9)
                            canvas.Fill(new Box(x, y, 3, 2), Ground.Dialog);
                        else
                            canvas.Write(x, y, room, StyledLine.Of(SafeText.Line(text)));
                        Pictures.AssertSound(canvas);
                    }
                }
            );
}

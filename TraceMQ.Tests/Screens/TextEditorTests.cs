using CsCheck;
using TraceMQ.Tui.Screens;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tests.Screens;

public sealed class TextEditorTests
{
    private static readonly string[] s_keys =
    [
        "Left",
        "Right",
        "Ctrl+Left",
        "Ctrl+Right",
        "Home",
        "End",
        "Up",
        "Down",
        "Backspace",
        "Delete",
        "Ctrl+W",
        "Ctrl+U",
        "Ctrl+K",
        "Ctrl+E",
        "Enter",
    ];

    [Theory]
    [InlineData("ab", "Left", "X", "aXb")]
    [InlineData("ab cd", "Ctrl+Left", "X", "ab Xcd")]
    [InlineData("ab cd", "Home", "X", "Xab cd")]
    [InlineData("ab cd", "Ctrl+W", "X", "ab X")]
    [InlineData("ab cd", "Ctrl+U", "X", "X")]
    [InlineData("ab", "Backspace", "", "a")]
    [InlineData("ab", "Home Delete", "", "b")]
    [InlineData("ab cd", "Home Ctrl+Right Ctrl+K", "", "ab")]
    [InlineData("one\ntwo", "Home X", "", "one\nXtwo")]
    [InlineData("one\ntwo", "Up X", "", "oneX\ntwo")]
    [InlineData("longer\ntwo\nlonger", "Up X", "", "longer\ntwoX\nlonger")]
    [InlineData("one\ntwo", "Up Up X", "", "Xone\ntwo")]
    [InlineData("one\ntwo", "Home Backspace", "", "onetwo")]
    [InlineData("one", "Enter X", "", "one\nX")]
    public void Keys_edit_where_the_caret_is(string text, string keys, string typed, string expected)
    {
        var editor = new TextEditor(hasLines: true);
        editor.Set(text);
        foreach (var key in keys.Split(' '))
            Assert.True(editor.Press(new KeyPress(key, key == "X" ? "X" : "")), key);
        if (typed.Length > 0)
            editor.Press(new KeyPress("", typed));
        Assert.Equal(expected, editor.Text);
    }

    [Theory]
    [InlineData("a👩‍👩‍👧")]
    [InlineData("ae\u0301")]
    [InlineData("a工")]
    [InlineData("a\U0001F600")]
    public void Backspace_and_arrows_take_what_a_person_sees_as_one_character(string text)
    {
        var editor = new TextEditor(hasLines: false);
        editor.Set(text);
        editor.Press(new KeyPress("Left", ""));
        Assert.Equal(1, editor.Caret);
        editor.Press(new KeyPress("Right", ""));
        editor.Press(new KeyPress("Backspace", ""));
        Assert.Equal("a", editor.Text);
    }

    [Fact]
    public void A_line_takes_a_paste_of_several_lines_as_one()
    {
        var editor = new TextEditor(hasLines: false);
        editor.Insert("a\r\nb\nc");
        Assert.Equal("a b c", editor.Text);
        Assert.False(editor.Press(new KeyPress("Enter", "")));
        Assert.False(editor.Press(new KeyPress("F1", "")));
    }

    [Fact]
    public void A_paste_that_is_too_long_is_cut()
    {
        var editor = new TextEditor(hasLines: true);
        editor.Insert(new string('x', TextEditor.MaximumLength + 5));
        editor.Insert("y");
        Assert.Equal(TextEditor.MaximumLength, editor.Text.Length);
    }

    [Fact]
    public void No_sequence_of_keys_leaves_the_text() =>
        Gen.Select(Gen.String, Gen.Int[0, s_keys.Length - 1].Select(at => s_keys[at]).Array[0, 40], Gen.Bool)
            .Sample(
                (text, keys, hasLines) =>
                {
                    var editor = new TextEditor(hasLines);
                    editor.Insert(text);
                    foreach (var key in keys)
                    {
                        editor.Press(new KeyPress(key, ""));
                        Assert.InRange(editor.Caret, 0, editor.Text.Length);
                    }
                }
            );
}

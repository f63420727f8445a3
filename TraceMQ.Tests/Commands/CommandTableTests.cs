using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tests.Commands;

public sealed class CommandTableTests
{
    private static readonly Scopes[] s_places =
    [
        .. Enum.GetValues<Scopes>().Where(scope => int.PopCount((int)scope) == 1),
    ];

    [Fact]
    public void No_two_commands_of_one_place_share_a_key()
    {
        foreach (var place in s_places)
        {
            var shared = CommandTable
                .Default.All.Where(command => command.Scopes.HasFlag(place))
                .SelectMany(command => command.KeyList.Select(key => (key, command.Name)))
                .GroupBy(pair => pair.key, StringComparer.Ordinal)
                .Where(group => group.Count() > 1)
                .Select(group => $"{place}: {group.Key} is {string.Join(" and ", group.Select(pair => pair.Name))}");
            Assert.Empty(shared);
        }
    }

    [Fact]
    public void No_key_is_taken_from_tmux_screen_or_the_menu_of_the_terminal()
    {
        var keys = CommandTable.Default.All.SelectMany(command => command.KeyList).ToArray();
        Assert.DoesNotContain(keys, key => key.StartsWith("Alt", StringComparison.Ordinal));
        Assert.DoesNotContain("Ctrl+A", keys);
        Assert.DoesNotContain("Ctrl+B", keys);
    }

    [Fact]
    public void Function_keys_are_only_second_names()
    {
        foreach (var command in CommandTable.Default.All)
            Assert.False(command.KeyList is [['F', >= '1' and <= '9', ..], ..], command.Name);
    }

    [Fact]
    public void Every_command_has_a_name_for_the_file_words_for_people_and_a_place()
    {
        foreach (var command in CommandTable.Default.All)
        {
            Assert.Matches("^[a-z][a-z-]*$", command.Name);
            Assert.NotEqual("", command.Help);
            Assert.NotEqual(Scopes.None, command.Scopes);
        }
    }

    [Fact]
    public void A_key_of_the_file_is_the_commands_key()
    {
        var table = CommandTable.Default.With(Keys(("publish", "P F5")), out var problems);
        Assert.Empty(problems);
        Assert.Equal("publish", table.Find(Scopes.Messages, "P", isTyping: false)?.Name);
        Assert.Equal("publish", table.Find(Scopes.Topics, "F5", isTyping: false)?.Name);
        Assert.Null(table.Find(Scopes.Messages, "p", isTyping: false));
        Assert.Equal("P", table.KeyOf("publish"));
    }

    [Theory]
    [InlineData("publish", "F", "find")]
    [InlineData("publish", "e", "editor")]
    [InlineData("mark", "z", "zoom")]
    public void A_key_that_another_command_of_the_place_has_is_a_problem(string name, string key, string other)
    {
        CommandTable.Default.With(Keys((name, key)), out var problems);
        var problem = Assert.Single(problems);
        Assert.Equal(name, problem.Name);
        Assert.Contains(other, problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_commands_that_swap_their_keys_are_no_problem()
    {
        CommandTable.Default.With(Keys(("publish", "s"), ("subscribe", "p")), out var problems);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_name_that_is_no_command_is_a_problem_with_the_nearest_one()
    {
        CommandTable.Default.With(Keys(("publsh", "p")), out var problems);
        Assert.Contains("did you mean publish?", Assert.Single(problems).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Alt+p")]
    [InlineData("pp")]
    [InlineData("Ctrl+p")]
    [InlineData("Ctrl+1")]
    [InlineData("F13")]
    [InlineData("")]
    public void A_key_that_no_terminal_sends_by_this_name_is_a_problem(string key)
    {
        CommandTable.Default.With(Keys(("publish", key)), out var problems);
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void While_a_text_is_typed_only_keys_that_type_nothing_are_commands()
    {
        Assert.Null(CommandTable.Default.Find(Scopes.Messages, "q", isTyping: true));
        Assert.Equal("interrupt", CommandTable.Default.Find(Scopes.Messages, "Ctrl+C", isTyping: true)?.Name);
        Assert.Equal("do", CommandTable.Default.Find(Scopes.Dialog, "Ctrl+G", isTyping: true)?.Name);
    }

    [Fact]
    public void A_command_that_cannot_be_done_says_why_and_does_nothing()
    {
        var desk = new Desk(Fakes.Profiles);
        foreach (var command in CommandTable.Default.All.Where(command => command.WhyNot(desk.State) is not null))
        {
            desk.Do(command.Name);
            Assert.Equal(command.WhyNot(desk.State), desk.Said);
            Assert.Empty(desk.Effects);
            Assert.Null(desk.State.Top);
        }
    }

    [Fact]
    public void Lines_of_the_palette_take_arguments()
    {
        var desk = new Desk(Fakes.Profiles);
        desk.Take(new AppEvent.LineEntered("connect one"));
        Assert.Equal("one", desk.Only<Effect.Connect>().Profile.Name);
        desk.Take(new AppEvent.LineEntered("filter kiln hot"));
        Assert.Equal("kiln hot", desk.State.Messages.FilterText);
        desk.Take(new AppEvent.LineEntered("connect nobody"));
        Assert.Contains("there is no profile nobody", desk.Said, StringComparison.Ordinal);
        desk.Take(new AppEvent.LineEntered("filtr x"));
        Assert.Contains("did you mean filter?", desk.Said, StringComparison.Ordinal);
        desk.Take(new AppEvent.LineEntered("zoom"));
        Assert.True(desk.State.Layout.IsZoomed);
    }

    private static Dictionary<string, string> Keys(params (string Name, string Keys)[] keys) =>
        keys.ToDictionary(pair => pair.Name, pair => pair.Keys, StringComparer.Ordinal);
}

using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Screens.Browse;

namespace TraceMQ.Tests.Screens;

public sealed class BrowseColumnsTests
{
    [Fact]
    public void Columns_are_as_wide_as_what_is_in_them_and_the_name_too()
    {
        var columns = BrowseColumns.Of([Node("a-name-of-some-length", ("size", "7 B"), ("payload", "{\"a\":1}"))], 100);

        Assert.Equal(21, columns.NameWidth);
        Assert.Equal([("size", 4), ("payload", 7)], columns.Shown);
        Assert.Empty(columns.Hidden);
    }

    [Fact]
    public void What_finds_no_room_is_named_and_a_long_name_takes_half_at_most()
    {
        var node = Node(
            new string('n', 200),
            ("first", new string('x', 30)),
            ("second", new string('y', 30)),
            ("third", "z")
        );

        var columns = BrowseColumns.Of([node], 80);

        Assert.Equal(40, columns.NameWidth);
        Assert.Equal([("first", 30)], columns.Shown);
        Assert.Equal(["second", "third"], columns.Hidden);
    }

    [Fact]
    public void A_row_is_never_wider_than_the_screen()
    {
        for (var width = 20; width < 140; width++)
        {
            var columns = BrowseColumns.Of(
                [Node(new string('n', width % 50), ("a", "1"), ("b", new string('2', 20)), ("c", new string('3', 60)))],
                width
            );

            Assert.True(3 + columns.NameWidth + columns.Shown.Sum(column => column.Width + 1) <= width);
            Assert.Equal(3, columns.Shown.Count + columns.Hidden.Count);
        }
    }

    private static Node Node(string name, params (string Label, string Value)[] facts) =>
        new(
            new NodePath(name),
            "things",
            name,
            HasChildren: false,
            [.. facts.Select(fact => new Fact(fact.Label, fact.Value))],
            []
        );
}

using TraceMQ.Tui.Payloads;

namespace TraceMQ.Tests.Payloads;

public sealed class FoldStateTests
{
    private readonly PayloadDocument _document = Documents.Read("json", """{"a":[1,2],"b":{"c":[3],"d":{}},"e":4}""");

    [Fact]
    public void Everything_is_shown_first()
    {
        Assert.Equal(Enumerable.Range(0, _document.LineCount), FoldState.Expanded.VisibleLines(_document));
        Assert.False(FoldState.Expanded.IsFolded(_document, 0));
    }

    [Fact]
    public void A_deep_document_is_shown_whole_too()
    {
        var deep = Documents.Read("json", new string('[', 100) + new string(']', 100));

        Assert.Equal(199, FoldState.Expanded.VisibleLines(deep).Count);
        Assert.Equal(199 - 2, FoldState.Expanded.Toggle(98).VisibleLines(deep).Count);
    }

    [Fact]
    public void A_level_folds_what_is_as_deep()
    {
        var two = FoldState.Expanded.ByLevel(-1);
        Assert.Equal(2, two.Level);
        Assert.Equal(
            [
                "{",
                "  \"a\": [",
                "    1,",
                "    2",
                "  ],",
                "  \"b\": {",
                "    \"c\": [ … ],  1 line",
                "    \"d\": {}",
                "  },",
                "  \"e\": 4",
                "}",
            ],
            Shown(two)
        );
        Assert.Equal(
            ["{", "  \"a\": [ … ],  2 lines", "  \"b\": { … },  4 lines", "  \"e\": 4", "}"],
            Shown(two.ByLevel(-1))
        );
        Assert.Equal(1, two.ByLevel(-1).ByLevel(-1).Level);
        Assert.Equal(
            Enumerable.Range(0, 13),
            Enumerable.Range(0, 12).Aggregate(two, (state, _) => state.ByLevel(1)).VisibleLines(_document)
        );
    }

    [Fact]
    public void One_line_is_folded_or_unfolded_against_the_level()
    {
        Assert.Equal(["{ … }  11 lines"], Shown(FoldState.Expanded.Toggle(0)));
        Assert.Equal(
            ["{", "  \"a\": [", "    1,", "    2", "  ],", "  \"b\": { … },  4 lines", "  \"e\": 4", "}"],
            Shown(new FoldState { Level = 1 }.Toggle(1))
        );
        Assert.Equal(
            FoldState.Expanded.VisibleLines(_document),
            FoldState.Expanded.Toggle(1).Toggle(1).VisibleLines(_document)
        );
        Assert.Equal(13, FoldState.Expanded.Toggle(2).VisibleLines(_document).Count);
    }

    [Fact]
    public void The_next_document_keeps_the_level_and_not_the_lines()
    {
        var next = new FoldState { Level = 1 }
            .Toggle(1)
            .ForNextDocument();

        Assert.Equal(1, next.Level);
        Assert.Empty(next.Toggled);
    }

    private List<string> Shown(FoldState folds) =>
        [
            .. folds
                .VisibleLines(_document)
                .Select(line => Documents.Text(_document, line, folds.IsFolded(_document, line))),
        ];
}

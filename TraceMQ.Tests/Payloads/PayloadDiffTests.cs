using CsCheck;
using TraceMQ.Tui.Payloads.Diff;

namespace TraceMQ.Tests.Payloads;

public sealed class PayloadDiffTests
{
    [Fact]
    public void Changed_inserted_and_removed_lines_are_marked()
    {
        var lines = PayloadDiff.Compare(
            Documents.Read("json", """{"a":1,"b":2,"c":3}"""),
            Documents.Read("json", """{"a":1,"b":5,"c":3,"d":4}""")
        );

        Assert.Equal(
            [
                "  {",
                "    \"a\": 1,",
                "-   \"b\": 2,",
                "-   \"c\": 3",
                "+   \"b\": 5,",
                "+   \"c\": 3,",
                "+   \"d\": 4",
                "  }",
            ],
            lines.Select(line => $"{line.Change} {line.Text}")
        );
    }

    [Fact]
    public void Equal_payloads_have_no_difference() =>
        Assert.All(
            PayloadDiff.Compare(Documents.Read("text", "a\nb"), Documents.Read("text", "a\nb")),
            line => Assert.Equal(' ', line.Change)
        );

    [Fact]
    public void An_empty_one_differs_by_all_lines()
    {
        Assert.Equal("++", Changes(PayloadDiff.Compare([], ["a", "b"])));
        Assert.Equal("--", Changes(PayloadDiff.Compare(["a", "b"], [])));
        Assert.Empty(PayloadDiff.Compare([], []));
    }

    [Fact]
    public void It_is_as_short_as_it_can_be_and_gives_back_both_sides()
    {
        var lines = Gen.Int[0, 3].Select(value => "line " + value).List[0, 14];
        Gen.Select(lines, lines)
            .Sample(
                (left, right) =>
                {
                    var difference = PayloadDiff.Compare(left, right);
                    return difference.Where(line => line.Change != '+').Select(line => line.Text).SequenceEqual(left)
                        && difference.Where(line => line.Change != '-').Select(line => line.Text).SequenceEqual(right)
                        && difference.Count(line => line.Change == ' ') == LongestCommon(left, right, 0, 0, []);
                },
                iter: 2000
            );
    }

    [Fact]
    public void One_change_in_a_long_document_is_found()
    {
        var left = Enumerable.Range(0, 50_000).Select(value => value.ToString()).ToList();
        List<string> right = [.. left];
        right[40_000] = "changed";

        var difference = PayloadDiff.Compare(left, right);

        Assert.Equal(50_001, difference.Count);
        Assert.Equal("-+", Changes(difference).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_much_is_not_compared_and_that_is_said()
    {
        var left = Enumerable.Range(0, 5_000).Select(value => $"left {value}").ToList();
        var right = Enumerable.Range(0, 5_000).Select(value => $"right {value}").ToList();

        var difference = PayloadDiff.Compare(left, right);

        Assert.Equal(PayloadDiff.MaximumChanged, difference.Count(line => line.Change == '-'));
        Assert.Equal(PayloadDiff.MaximumChanged, difference.Count(line => line.Change == '+'));
        Assert.Equal('!', difference[^1].Change);
    }

    private static string Changes(IReadOnlyList<DiffLine> lines) => string.Concat(lines.Select(line => line.Change));

    private static int LongestCommon(
        List<string> left,
        List<string> right,
        int i,
        int j,
        Dictionary<(int, int), int> known
    )
    {
        if (i == left.Count || j == right.Count)
            return 0;
        if (known.TryGetValue((i, j), out var length))
            return length;
        length =
            left[i] == right[j]
                ? 1 + LongestCommon(left, right, i + 1, j + 1, known)
                : Math.Max(LongestCommon(left, right, i + 1, j, known), LongestCommon(left, right, i, j + 1, known));
        known[(i, j)] = length;
        return length;
    }
}

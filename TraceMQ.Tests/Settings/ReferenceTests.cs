using CsCheck;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class ReferenceTests
{
    [Fact]
    public void A_text_is_split_into_literals_and_references() =>
        Assert.Equal(
            [
                new ReferencePart(ReferenceKind.Literal, "a "),
                new ReferencePart(ReferenceKind.Environment, "NAME"),
                new ReferencePart(ReferenceKind.Literal, "-"),
                new ReferencePart(ReferenceKind.File, "~/x y"),
                new ReferencePart(ReferenceKind.Command, "pass show plant:1"),
                new ReferencePart(ReferenceKind.Prompt, ""),
                new ReferencePart(ReferenceKind.Literal, "${env:NOT} $x"),
            ],
            Reference.Split("a ${env:NAME}-${file: ~/x y}${command:pass show plant:1}${prompt}$${env:NOT} $x")
        );

    [Theory]
    [InlineData("${env:A", "not closed")]
    [InlineData("${", "not closed")]
    [InlineData("${}", "is no reference")]
    [InlineData("${HOME}", "is no reference")]
    [InlineData("${vault:x}", "is no reference")]
    [InlineData("${prompt:x}", "is no reference")]
    [InlineData("${env:}", "names nothing")]
    [InlineData("${file:  }", "names nothing")]
    public void What_is_no_reference_says_so(string text, string expected)
    {
        var problem = Assert.Throws<FormatException>(() => Reference.Split(text));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_references_is_one_literal() =>
        Assert.Equal([new ReferencePart(ReferenceKind.Literal, "")], Reference.Split(""));

    [Fact]
    public void An_escaped_text_stands_for_itself() =>
        Gen.String[Gen.Char["${}ae:nv"], 0, 12]
            .Sample(text =>
            {
                var parts = Reference.Split(Reference.Escape(text));
                return parts.Count == 1 && parts[0] == new ReferencePart(ReferenceKind.Literal, text);
            });

    [Fact]
    public void Any_text_splits_or_says_in_a_sentence_why_not() =>
        Gen.String[Gen.Char["${}:env fil"], 0, 20]
            .Sample(text =>
            {
                try
                {
                    return Reference.Split(text).Count > 0;
                }
                catch (FormatException problem)
                {
                    return Reference.IsIn(text) && problem.Message.Length > 20;
                }
            });
}

using System.CommandLine;

namespace TraceMQ.Tui.Cli;

/// <summary><c>tracemq completion</c>.</summary>
internal sealed class CompletionCommand : CliCommand
{
    private readonly Command _root;
    private readonly Argument<string> _shell = new("bash|zsh|fish") { Description = "the shell" };

    public CompletionCommand(Command root)
        : base("completion", "Writes a script that completes commands, options and profile names in a shell.")
    {
        _root = root;
        Arguments.Add(_shell);
    }

    public override IReadOnlyList<string> Usage => ["completion bash|zsh|fish"];

    public override IReadOnlyList<(string, string)> Examples =>
        [
            ("source <(tracemq completion bash)", "in ~/.bashrc"),
            ("tracemq completion zsh > \"${fpath[1]}/_tracemq\"", "zsh, once"),
            ("tracemq completion fish > ~/.config/fish/completions/tracemq.fish", "fish, once"),
        ];

    public override Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop)
    {
        var shell = line.GetRequiredValue(_shell);
        var words = CompletionWords.Of(_root);
        host.Console.Print(
            shell switch
            {
                "bash" => CompletionScripts.Bash(words),
                "zsh" => CompletionScripts.Zsh(words),
                "fish" => CompletionScripts.Fish(words),
                _ => throw CliException.Usage($"{shell} is not supported; there are bash, zsh and fish."),
            }
        );
        return Task.FromResult(ExitCode.Done);
    }
}

using System.Text;

namespace TraceMQ.Tui.Cli;

/// <summary>The scripts: everything but the names of profiles is fixed in them, so that completing is quick.</summary>
internal static class CompletionScripts
{
    private const string ProfileNames = "tracemq profiles list --names 2>/dev/null";

    public static string Bash(IReadOnlyList<CompletionWords> commands)
    {
        var text = new StringBuilder();
        text.Append("# tracemq completion for bash\n_tracemq() {\n");
        text.Append(
            "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path='' words='' names='' files='' i\n"
        );
        AppendPath(text, commands, "${COMP_WORDS[i]}", "i=1; i<COMP_CWORD; i++");
        text.Append("  COMPREPLY=()\n");
        AppendCases(text, commands);
        text.Append(
            $$"""
              [[ -n $files ]] && mapfile -t COMPREPLY < <(compgen -f -- "$cur")
              [[ -n $words ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$words" -- "$cur")
              if [[ -n $names ]]; then
                local name
                while IFS= read -r name; do
                  name=$(printf '%q' "$name")
                  [[ $name == "$cur"* ]] && COMPREPLY+=("$name")
                done < <({{ProfileNames}})
              fi
            }
            complete -o filenames -o nosort -F _tracemq tracemq

            """
        );
        return text.ToString();
    }

    public static string Zsh(IReadOnlyList<CompletionWords> commands)
    {
        var text = new StringBuilder();
        text.Append("#compdef tracemq\n# tracemq completion for zsh\n_tracemq() {\n");
        text.Append("  local cur=${words[CURRENT]} prev=${words[CURRENT-1]} path_='' words_='' names='' files='' i\n");
        var body = new StringBuilder();
        AppendPath(body, commands, "${words[i]}", "i=2; i<CURRENT; i++");
        AppendCases(body, commands);
        // In zsh "path" and "words" mean something already.
        text.Append(
            body.ToString()
                .Replace("$path", "$path_", StringComparison.Ordinal)
                .Replace("path=", "path_=", StringComparison.Ordinal)
                .Replace("words='", "words_='", StringComparison.Ordinal)
        );
        text.Append(
            $$"""
              [[ -n $files ]] && _files
              [[ -n $words_ ]] && compadd -- ${=words_}
              [[ -n $names ]] && compadd -- ${(f)"$({{ProfileNames}})"}
              return 0
            }
            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _tracemq "$@"; else compdef _tracemq tracemq; fi

            """
        );
        return text.ToString();
    }

    public static string Fish(IReadOnlyList<CompletionWords> commands)
    {
        var text = new StringBuilder();
        text.Append("# tracemq completion for fish\ncomplete -c tracemq -f\n");
        foreach (var command in commands)
        {
            var condition = FishCondition(command);
            foreach (var (name, meaning) in command.Subcommands)
                text.Append($"complete -c tracemq -n '{condition}' -a {name} -d {FishQuote(meaning)}\n");
            if (command.Values.Count > 0)
                text.Append($"complete -c tracemq -n '{condition}' -a '{string.Join(' ', command.Values)}'\n");
            if (command.TakesProfile)
                text.Append($"complete -c tracemq -n '{condition}' -a '({ProfileNames})'\n");
            if (command.TakesFile)
                text.Append($"complete -c tracemq -n '{condition}' -F\n");
            foreach (var option in command.Options)
                text.Append($"complete -c tracemq -n '{condition}'{FishOption(option)}\n");
        }

        return text.ToString();
    }

    private static void AppendPath(
        StringBuilder text,
        IReadOnlyList<CompletionWords> commands,
        string word,
        string range
    )
    {
        var paths = string.Join('|', commands.Where(item => item.Path.Length > 0).Select(item => $"'{item.Path}'"));
        text.Append($"  for (({range})); do\n");
        text.Append($"    case \"${{path:+$path }}{word}\" in {paths}) path=\"${{path:+$path }}{word}\" ;; esac\n");
        text.Append("  done\n");
    }

    private static void AppendCases(StringBuilder text, IReadOnlyList<CompletionWords> commands)
    {
        text.Append("  case \"$path:$prev\" in\n");
        foreach (var command in commands)
        {
            foreach (var option in command.Options.Where(option => option.TakesValue))
            {
                var pattern = string.Join('|', option.Names.Select(name => $"'{command.Path}:{name}'"));
                var value =
                    option.TakesFile ? "files=1"
                    : option.TakesProfile ? "names=1"
                    : $"words='{string.Join(' ', option.Values)}'";
                text.Append($"    {pattern}) {value} ;;\n");
            }
        }

        text.Append("    *)\n      case \"$path\" in\n");
        foreach (var command in commands)
        {
            var words = command
                .Subcommands.Select(item => item.Name)
                .Concat(command.Values)
                .Concat(command.Options.SelectMany(option => option.Names));
            text.Append($"        '{command.Path}') words='{string.Join(' ', words)}'");
            text.Append(command.TakesProfile ? "; names=1" : "").Append(command.TakesFile ? "; files=1" : "");
            text.Append(" ;;\n");
        }

        text.Append("      esac ;;\n  esac\n");
    }

    private static string FishCondition(CompletionWords command)
    {
        var seen = string.Concat(
            command
                .Path.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => $"; and __fish_seen_subcommand_from {word}")
        );
        var deeper =
            command.Subcommands.Count == 0
                ? ""
                : $"; and not __fish_seen_subcommand_from {string.Join(' ', command.Subcommands.Select(item => item.Name))}";
        return "true" + seen + deeper;
    }

    private static string FishOption(CompletionWords.OptionWords option)
    {
        var text = new StringBuilder();
        foreach (var name in option.Names)
            text.Append(name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
        if (option.Values.Count > 0)
            text.Append($" -x -a '{string.Join(' ', option.Values)}'");
        else if (option.TakesProfile)
            text.Append($" -x -a '({ProfileNames})'");
        else if (option.TakesFile)
            text.Append(" -r -F");
        else if (option.TakesValue)
            text.Append(" -x");
        return text.Append(" -d ").Append(FishQuote(option.Meaning)).ToString();
    }

    private static string FishQuote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog;
using Serilog.Extensions.Logging;

namespace TraceMQ.Tui.Cli;

/// <summary>The log: a rolling file, never the console. A folder that cannot be written costs the log and nothing else.</summary>
internal static class LogFile
{
    private const long LargestFile = 10L << 20;
    private const int KeptFiles = 3;

    /// <summary>Opens it; disposing the factory writes what is left.</summary>
    public static ILoggerFactory Open(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Two running programs take tracemq.log and tracemq_001.log: the sink goes on to the next name where a file is in use.
            var logger = new LoggerConfiguration()
                .MinimumLevel.Information()
                .WriteTo.File(
                    path,
                    fileSizeLimitBytes: LargestFile,
                    rollOnFileSizeLimit: true,
                    retainedFileCountLimit: KeptFiles,
                    outputTemplate: "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}"
                )
                .CreateLogger();
            return new SerilogLoggerFactory(logger, dispose: true);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return NullLoggerFactory.Instance;
        }
    }
}

@echo off
rem The command `tillbridge` of a built program: its code, run with its own runtime.
rem It changes nothing in the working directory.
rem For the service, which runs for weeks and does little: a fifth less memory, and no sale takes longer (docs/benchmarks.md).
"%~dp0..\runtime\node.exe" --max-semi-space-size=1 --no-opt "%~dp0..\app\main.js" %*
